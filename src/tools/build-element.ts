// Builds what hosts load beside the engine, and the manifest that editors read of the element: `dist/lib/attention-lab-element.js` and the notebook widget made of it, each one file without
// imports and with types. No hashes in the names: the contract names them. Run by `build.mjs`.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rollup } from 'rollup';
import dts from 'rollup-plugin-dts';
import { build } from 'vite';
import { EVENT_TYPES, REQUEST_TYPES, type EventType, type RequestType } from '../contract/frame-protocol.ts';
import { elementAttributes } from './element-attributes-plugin.ts';
import { camel, elementManifest, writeJson } from './parameter-docs.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OUT = join(ROOT, 'dist/lib');
const ENTRIES = {
  'attention-lab-element': 'src/embed/element/attention-lab-element.ts',
  'attention-lab.anywidget': 'src/embed/anywidget.ts',
};

for (const [name, path] of Object.entries(ENTRIES)) {
  const entry = join(ROOT, path);
  await build({
    configFile: false,
    root: ROOT,
    base: './',
    publicDir: false,
    logLevel: 'warn',
    plugins: [elementAttributes()],
    build: {
      outDir: OUT,
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: { [name]: entry },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  });
  const types = await rollup({ input: entry, plugins: [dts()], external: ['virtual:element-attributes'] });
  await types.write({ dir: OUT, entryFileNames: `${name}.d.ts` });
  await types.close();
}
// Tools of notebooks tell a module by this ending.
copyFileSync(join(OUT, 'attention-lab.anywidget.js'), join(OUT, 'attention-lab.anywidget.mjs'));

const METHODS: Record<RequestType, string> = {
  'get-state': 'The state of the view, as `set-state` takes it back.',
  'set-state': 'Shows a state that `getState` gave.',
  'set-params': 'Sets parameters by name; answers what was applied and a warning for each bad value.',
  reset: 'Back to what the frame was opened with.',
  select: 'Pins a query and a key.',
  export: 'A file of what is on screen: png, svg, csv, json, numpy, pytorch or text.',
  describe: 'What is on screen, in words.',
  destroy: 'Frees the frame and everything it holds.',
};
const EVENTS: Record<EventType, string> = {
  rendered: 'A picture is on screen: { ms, backend }.',
  state: 'The view has changed: { state, cause }.',
  selection: 'A cell was pinned or let go.',
  resize: 'The content’s height: { height }.',
  warning: 'A value was not allowed: { param, received, used, allowed }.',
  backend: 'What computes, and why: { kind, reason }.',
  error: 'Something failed: { code, message }.',
};

writeJson(
  join(OUT, 'custom-elements.json'),
  elementManifest({
    own: [
      { name: 'src', description: 'Where the frame’s page is; default beside this module.', type: 'string' },
      { name: 'height', description: 'Pixels; absent or `auto` follows the content.', type: 'string' },
      { name: 'loading', description: '`lazy` or `eager`, as of an iframe.', type: "'lazy' | 'eager'" },
      { name: 'frame-title', description: 'What the frame is called, for those who cannot see it.', type: 'string' },
    ],
    methods: REQUEST_TYPES.map((type) => ({ name: camel(type), description: METHODS[type] })),
    events: [
      { name: 'attentionlab-ready', description: 'The frame is connected.' },
      ...EVENT_TYPES.map((type) => ({ name: `attentionlab-${type}`, description: EVENTS[type] })),
    ],
  }),
);
