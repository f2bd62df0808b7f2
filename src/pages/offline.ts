// The whole lab in one file: it opens from a disk and asks for nothing. What a site fetches is in the file itself, put there by
// `tools/offline-build.ts`: recorded texts instead of the encoder, the opening picture, the worker's script.
import { language, openingDeflated, recordings } from 'virtual:offline';
import { readOpening, type OpeningPicture } from '../params/opening-picture.ts';
import { Recordings } from '../params/recordings.ts';
import { openPage } from './open-page.ts';

async function opening(): Promise<OpeningPicture | null> {
  try {
    const bytes = Uint8Array.from(atob(openingDeflated), (character) => character.charCodeAt(0));
    const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return readOpening(await new Response(inflated).text());
  } catch {
    return null; // a browser that cannot inflate: the live picture is on its way anyway
  }
}

void openPage({
  framed: false,
  root: '.',
  brought: { recordings: new Recordings(recordings), opening, onlyLanguage: language },
});
