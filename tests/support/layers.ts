// Which room may import which, and which words belong to one room only (HOUSE.md, "Rooms"). Works on a table of file texts,
// so that the checker itself can be tested. Called by the layering test.
import { posix } from 'node:path';

/** Path from the repository's root, with `/`, to text. */
export type FileTable = ReadonlyMap<string, string>;

interface Room {
  /** Rooms it may import from, besides itself. */
  rooms: readonly string[];
  /** Bare packages it may import, by first letters. */
  packages?: readonly string[];
}

const PURE = ['contract', 'math', 'theory', 'data', 'objectives', 'params', 'viz', 'encoder', 'cpu', 'engine'];
const PAGE_ROOMS = [
  'contract',
  'theory',
  'objectives',
  'params',
  'viz',
  'i18n',
  'state',
  'ui',
  'labs',
  'worker',
  'embed',
];

export const ROOMS: Record<string, Room> = {
  contract: { rooms: [] },
  math: { rooms: ['contract'] },
  theory: { rooms: ['contract'] },
  params: { rooms: ['contract'], packages: ['valibot'] },
  data: { rooms: ['contract'] },
  // What pre-training hides and asks, drawn with seeds. Pure.
  objectives: { rooms: ['contract', 'theory', 'data'] },
  // Sentences hold formatted numbers.
  i18n: { rooms: ['contract', 'params', 'viz'] },
  viz: { rooms: ['contract', 'theory', 'objectives'], packages: ['d3', 'virtual:color-ramps'] },
  gpu: { rooms: ['contract', 'theory'], packages: ['#shaders/'] },
  cpu: { rooms: ['contract', 'theory'], packages: ['comlink'] },
  encoder: { rooms: ['contract'] },
  // What tuning found is kept between visits.
  engine: { rooms: ['contract', 'theory', 'gpu', 'cpu', 'data', 'encoder'], packages: ['idb-keyval'] },
  worker: { rooms: ['contract', 'engine', 'cpu'], packages: ['comlink'] },
  state: { rooms: ['contract', 'worker', 'params', 'theory', 'objectives', 'viz', 'i18n'], packages: ['svelte'] },
  ui: { rooms: ['contract', 'viz', 'i18n', 'params', 'theory', 'state'], packages: ['svelte'] },
  labs: {
    rooms: ['contract', 'ui', 'state', 'viz', 'theory', 'objectives', 'params', 'i18n'],
    packages: ['svelte', 'ml-pca'],
  },
  pages: {
    rooms: PAGE_ROOMS,
    packages: ['svelte', 'virtual:offline', 'virtual:weights-version', 'workbox-window', 'dom-accessibility-api'],
  },
  embed: {
    rooms: [...PAGE_ROOMS, 'engine', 'encoder', 'cpu'],
    packages: ['svelte', 'comlink', 'valibot', 'uqr', '@anywidget/types', 'virtual:element-attributes'],
  },
  // Node programs: any package, but only rooms that need no browser.
  tools: { rooms: [...PURE, 'i18n'], packages: [''] },
};

/** Single files that may cross where their rooms may not, with the reason. */
const PASSAGES = new Map([
  ['src/params/example-text.ts', ['src/encoder/example-text.ts']], // a constant; the recorded example is made from it
  ['src/params/recordings.ts', ['src/encoder/recorded-texts.ts']], // constants, alike
  // Constants: what the lab opens with is recorded.
  ['src/tools/build-recordings.ts', ['src/labs/zero-shot/data/examples.ts', 'src/labs/zero-shot/data/topics.ts']],
]);

/** Node programs may say what they ask a page to do. */
const WORDS: { word: string; pattern: RegExp; rooms: readonly string[] }[] = [
  { word: 'GPU…', pattern: /\bGPU[A-Z]\w*|\bnavigator\.gpu\b/, rooms: ['gpu', 'tools'] },
  { word: 'postMessage', pattern: /\bpostMessage\b|\bcomlink\b/, rooms: ['worker', 'cpu', 'embed'] },
  { word: 'Math.random', pattern: /\bMath\.random\b/, rooms: [] },
  // `window` is also the mask's: `mask.window.left`, and a local of that name with its two fields.
  {
    word: 'the DOM',
    pattern: /(?<![\w.$])(?:document\.|window\.(?!left\b|right\b))/,
    rooms: ['ui', 'labs', 'pages', 'embed', 'tools'],
  },
  { word: 'console', pattern: /\bconsole\./, rooms: ['tools'] },
];

export interface Import {
  from: string;
  /** Vanishes when compiled. */
  isTypeOnly: boolean;
}

/** Comments out, line breaks kept. A `//` after a colon is taken for an address. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1');
}

export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const imports: Import[] = [];
  for (const match of code.matchAll(/\b(?:import|export)\s+(type\s+)?(?:[\w*${}\s,]+?\s+)?from\s*['"]([^'"]+)['"]/g))
    imports.push({ from: match[2]!, isTypeOnly: match[1] !== undefined });
  for (const match of code.matchAll(/\bimport\s*\(?\s*['"]([^'"]+)['"]/g))
    imports.push({ from: match[1]!, isTypeOnly: false });
  for (const match of code.matchAll(/\bnew\s+URL\(\s*['"](\.[^'"]*\w)['"]\s*,\s*import\.meta\.url/g))
    imports.push({ from: match[1]!, isTypeOnly: false });
  return imports;
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** The file a relative import names, without Vite's `?suffix`. */
function target(path: string, from: string): string {
  return posix.join(posix.dirname(path), from.split('?')[0]!);
}

/** Every import that points where its room may not look. */
export function wrongArrows(files: FileTable): string[] {
  const wrong: string[] = [];
  for (const [path, text] of files) {
    const room = ROOMS[roomOf(path)];
    if (!room) {
      wrong.push(`${path}: no such room`);
      continue;
    }
    for (const { from } of importsOf(text)) {
      if (!from.startsWith('.')) {
        if (!room.packages?.some((name) => from.startsWith(name))) wrong.push(`${path} → ${from}`);
        continue;
      }
      const to = target(path, from);
      const isAllowed =
        roomOf(to) === roomOf(path) || room.rooms.includes(roomOf(to)) || PASSAGES.get(path)?.includes(to);
      if (!to.startsWith('src/') || !isAllowed) wrong.push(`${path} → ${to}`);
    }
  }
  return wrong;
}

/** One round trip for each cycle found, as `a → b → a`. Imports of types alone do not count. */
export function importCycles(files: FileTable): string[] {
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const { from, isTypeOnly } of importsOf(files.get(path) ?? '')) {
      if (isTypeOnly || !from.startsWith('.')) continue;
      const to = target(path, from);
      if (files.has(to)) visit(to, [...trail, path]);
    }
    state.set(path, 'done');
  };
  for (const path of files.keys()) visit(path, []);
  return cycles;
}

/** Words outside the rooms they belong to, with file and line. */
export function strayWords(files: FileTable): string[] {
  const stray: string[] = [];
  for (const [path, text] of files) {
    const lines = withoutComments(text).split('\n');
    for (const { word, pattern, rooms } of WORDS) {
      if (rooms.includes(roomOf(path))) continue;
      lines.forEach((line, index) => {
        if (pattern.test(line)) stray.push(`${path}:${index + 1} says ${word}`);
      });
    }
  }
  return stray;
}
