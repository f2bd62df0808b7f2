// Starts the page: reads the address, starts the worker, mounts the app, and keeps the address current.
// With `page-history`, the only place that touches `location` and `history`.
import { mount, unmount } from 'svelte';
import '../ui/theme.css';
import type { MountedLab } from '../embed/frame-subject.ts';
import { keepEarlyMessages } from '../embed/early-messages.ts';
import type { Bound } from '../i18n/text.ts';
import type { Language } from '../params/lang.ts';
import { parseAddress, type OpeningNotice } from '../params/parse.ts';
import { decodeShare } from '../params/share-link.ts';
import { fetchOpening, type OpeningPicture } from '../params/opening-picture.ts';
import type { Recordings } from '../params/recordings.ts';
import type { LabValues } from '../params/schema.ts';
import { attended, Presence } from '../state/presence.svelte.ts';
import { openingValues, Settings, showsOpening } from '../state/settings.svelte.ts';
import { openWorkbench } from '../worker/connect.ts';
import App from './App.svelte';
import { PageHistory } from './page-history.svelte.ts';
import type { Updates } from './updates.ts';
import { restMs, watchPresence } from './watch-presence.ts';

/** The private key `x-strings` puts test strings in place of the messages; its code is loaded only then. */
async function loadTestStrings() {
  const asked = new URLSearchParams(location.search).get('x-strings');
  if (asked === null) return null;
  const { STRING_KINDS, withTestStrings } = await import('../i18n/test-strings.ts');
  const kind = STRING_KINDS.find((one) => one === asked);
  return kind
    ? { change: <Catalogue>(text: Bound<Catalogue>) => withTestStrings(text, kind), isRightToLeft: kind === 'rtl' }
    : null;
}

/** What a page brings along that asks for nothing (`offline.ts`). */
export interface Brought {
  recordings: Recordings;
  opening: () => Promise<OpeningPicture | null>;
  /** Null: all of them. */
  onlyLanguage: Language | null;
}

export interface PageKind {
  framed: boolean;
  /** Where the site's files are, seen from this page. */
  root: string;
  /** The encoder's weights, seen from the site's root; a page without an encoder has none. */
  weights?: string;
  brought?: Brought;
  watchUpdates?: (onready: (reload: () => void) => void) => Updates;
}

/** Without an encoder only what is recorded can be shown: anything else gives way to the example, and the page says so. */
function keepToRecorded(values: LabValues, { recordings }: Brought, notices: OpeningNotice[]): LabValues {
  const example = recordings.texts[0].text;
  const { lab, source, text, layer } = values;
  const isEncoded = (lab === 'attention' || lab === 'speedups') && source === 'text';
  if (!isEncoded || recordings.layersOf(text ?? example).includes(layer)) return values;
  notices.push({ code: 'not-recorded' });
  return { ...values, text: null, layer: 0 };
}

export async function openPage({ framed, root, weights = '', brought, watchUpdates }: PageKind): Promise<void> {
  const isInFrame = framed && window.parent !== window;
  const takeEarly = isInFrame ? keepEarlyMessages() : null;
  const remote = openWorkbench();
  const presence = new Presence({
    restMs: restMs(location.search),
    onRest(depth) {
      document.body.dataset['rest'] = depth;
      void remote.rest(depth).catch(() => {});
    },
  });
  watchPresence(presence);
  const state = await decodeShare(location.hash);
  const languages = brought?.onlyLanguage ? [brought.onlyLanguage] : navigator.languages;
  const { values: read, notices } = parseAddress(location.search, languages, state);
  const addressNotices: OpeningNotice[] = [...notices];
  const asked = brought ? keepToRecorded(read, brought, addressNotices) : read;
  const isBare = location.search === '' && state === null;
  const settings = new Settings(isBare ? openingValues(asked) : asked);
  const history = new PageHistory(settings, { framed });
  history.begin({ explicit: isBare || state !== null });
  const at = (path: string) => new URL(`${root}/${path}`, location.href).href;
  const testStrings = await loadTestStrings();
  const opening = brought?.opening ?? (() => fetchOpening(at('opening.json')));
  const app = mount(App, {
    target: document.getElementById('app')!,
    props: {
      settings,
      history,
      addressNotices,
      framed,
      workbench: attended(remote, presence),
      opening: showsOpening(settings.values) ? opening() : Promise.resolve(null),
      weightsUrl: at(weights),
      exampleUrl: at('example.safetensors'),
      // A file of its own is all of its site.
      siteUrl: brought ? location.href.replace(/[?#].*/s, '') : at(''),
      recordings: brought?.recordings ?? null,
      onlyLanguage: brought?.onlyLanguage ?? null,
      watchUpdates,
      testStrings,
      onstart(lab: MountedLab) {
        if (!takeEarly || settings.values.api === 'off') return;
        const subject = { ...lab, settings, destroy: () => void unmount(app) };
        // A frame that cannot load its door is still a lab.
        void import('../embed/frame-door.svelte.ts')
          .then(({ openFrameDoor }) => openFrameDoor(subject, notices, takeEarly()))
          .catch(() => takeEarly());
      },
    },
  });
}
