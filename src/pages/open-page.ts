// Starts the page: reads the address, starts the worker, mounts the app, and keeps the address current.
// With `page-history`, the only place that touches `location` and `history`.
import { mount, unmount } from 'svelte';
import '../ui/theme.css';
import type { MountedLab } from '../embed/frame-subject.ts';
import { keepEarlyMessages } from '../embed/early-messages.ts';
import type { Text } from '../i18n/text.ts';
import { parseAddress } from '../params/parse.ts';
import { decodeShare } from '../params/share-link.ts';
import { fetchOpening } from '../params/opening-picture.ts';
import { openingValues, Settings, showsOpening } from '../state/settings.svelte.ts';
import { openWorkbench } from '../worker/connect.ts';
import App from './App.svelte';
import { PageHistory } from './page-history.svelte.ts';

/** The private key `x-strings` puts test strings in place of the messages; its code is loaded only then. */
async function loadTestStrings() {
  const asked = new URLSearchParams(location.search).get('x-strings');
  if (asked === null) return null;
  const { STRING_KINDS, withTestStrings } = await import('../i18n/test-strings.ts');
  const kind = STRING_KINDS.find((one) => one === asked);
  return kind ? { change: (text: Text) => withTestStrings(text, kind), isRightToLeft: kind === 'rtl' } : null;
}

/** `root`: where the site's files are, seen from this page. */
export async function openPage({ framed, root }: { framed: boolean; root: string }): Promise<void> {
  const isInFrame = framed && window.parent !== window;
  const takeEarly = isInFrame ? keepEarlyMessages() : null;
  const workbench = openWorkbench();
  const state = await decodeShare(location.hash);
  const { values: asked, notices } = parseAddress(location.search, navigator.languages, state);
  const isBare = location.search === '' && state === null;
  const settings = new Settings(isBare ? openingValues(asked) : asked);
  const history = new PageHistory(settings, { framed });
  history.begin({ explicit: isBare || state !== null });
  const at = (path: string) => new URL(`${root}/${path}`, location.href).href;
  const testStrings = await loadTestStrings();
  const app = mount(App, {
    target: document.getElementById('app')!,
    props: {
      settings,
      history,
      addressNotices: notices,
      framed,
      workbench,
      opening: showsOpening(settings.values) ? fetchOpening(at('opening.json')) : Promise.resolve(null),
      weightsUrl: at('weights/use-lite.f16.safetensors'),
      exampleUrl: at('example.safetensors'),
      siteUrl: at(''),
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
