// The whole lab in one file: it opens from a disk and asks for nothing. What a site fetches is in the file itself, put there by
// `tools/offline-build.ts`: recordings instead of the encoder, the opening picture, the worker's script.
import { language, openingDeflated, recordingsDeflated, vectorsDeflated } from 'virtual:offline';
import { readOpening, type OpeningPicture } from '../params/opening-picture.ts';
import { unpackRecordings } from '../params/packed-recordings.ts';
import { RecordedVectors } from '../params/recorded-vectors.ts';
import { Recordings } from '../params/recordings.ts';
import { inflateBytes, inflateText } from '../worker/inflate-text.ts';
import { openPage } from './open-page.ts';

/** Null in a browser that cannot inflate: the live picture is on its way anyway. */
const opening = (): Promise<OpeningPicture | null> => inflateText(openingDeflated).then(readOpening, () => null);

const recordings = unpackRecordings(await inflateBytes(recordingsDeflated));
const vectors = new RecordedVectors(await inflateBytes(vectorsDeflated));
void openPage({
  framed: false,
  root: '.',
  brought: { recordings: new Recordings(recordings, vectors), opening, onlyLanguage: language },
});
