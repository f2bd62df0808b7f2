// Starts the page: reads the address, starts the worker, mounts the app, and keeps the address current.
// The only place that touches `location` and `history`.
import { mount } from 'svelte';
import '../ui/theme.css';
import { OPENING_SETTING } from '../params/opening.ts';
import { parseAddress } from '../params/parse.ts';
import { serialiseValues } from '../params/serialise.ts';
import { defaultValues, type LabValues } from '../params/schema.ts';
import { fetchOpening } from '../params/opening-picture.ts';
import { openWorkbench } from '../worker/connect.ts';
import App from './App.svelte';

/** History is written at most this often: browsers throttle floods (Safari throws after 100 in 10 s). */
const ADDRESS_PAUSE_MS = 500;

function addressWriter(): (values: LabValues) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (values) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const query = serialiseValues(values, navigator.languages);
      try {
        history.replaceState(history.state, '', `${location.pathname}${query ? `?${query}` : ''}${location.hash}`);
      } catch {
        // `srcdoc` frames forbid it; the address is a convenience, not a need.
      }
    }, ADDRESS_PAUSE_MS);
  };
}

/** Is it the bare address, or one that sets nothing but how it looks? */
function showsOpening(values: LabValues): boolean {
  const opening = { ...defaultValues(values.lang), ...OPENING_SETTING };
  const { source, text, layer, n, heads, head, causal, left, right, dilation, global, compare } = opening;
  const wanted = { source, text, layer, n, heads, head, causal, left, right, dilation, global, compare };
  return Object.entries(wanted).every(([id, value]) => Object.is(values[id as keyof LabValues], value));
}

/** `root`: where the site's files are, seen from this page. */
export function openPage({ framed, root }: { framed: boolean; root: string }): void {
  const { values: asked, notices } = parseAddress(location.search, navigator.languages);
  const values = location.search === '' ? { ...asked, ...OPENING_SETTING } : asked;
  const at = (path: string) => new URL(`${root}/${path}`, location.href).href;
  const writeAddress = addressWriter();
  if (values !== asked) writeAddress(values);
  mount(App, {
    target: document.getElementById('app')!,
    props: {
      initial: values,
      addressNotices: notices,
      framed,
      workbench: openWorkbench(),
      opening: showsOpening(values) ? fetchOpening(at('opening.json')) : Promise.resolve(null),
      weightsUrl: at('weights/use-lite.f16.safetensors'),
      exampleUrl: at('example.safetensors'),
      onvalues: writeAddress,
    },
  });
}
