// What is on screen as JSON that the lab opens again (`data/saved-view.ts`) and that a script can read: settings, exact weights with
// scores, and where they come from. A source that cannot be made again, a file, travels along. Called by the lab's exports.
import { NORMALISATION } from '../../contract/version.ts';
import type { ResolvedMask } from '../../contract/problem.ts';
import type { CellNumbers, PicturePair, SourceNumbers } from '../../contract/workbench.ts';
import { quartiles } from '../../theory/statistics.ts';
import { float32Text } from './csv.ts';
import type { Provenance } from './provenance.ts';

export const EXPORT_SCHEMA = 'attention-lab/export@1';

export interface SavedPicture {
  provenance: Provenance;
  /** The part in view; `whole` when it is everything. */
  viewport: { rows: readonly [number, number]; columns: readonly [number, number]; whole: boolean };
  pinned: { query: number; key: number } | null;
  /** Every cell of the part in view, or the pooled picture where that would be too many. */
  numbers: { kind: 'cells'; cells: CellNumbers } | { kind: 'pooled'; picture: PicturePair };
  /** Q, K and V or the matrix, for sources that cannot be made again. */
  source: SourceNumbers | null;
  /** Description of the picture in the reader's language. */
  description: string;
  language: string;
}

/** Nested lists of float32 numbers, row-major; the shortest decimals that read back the same. */
function nested(values: Float32Array, shape: readonly number[], start = 0): string {
  const [size = 0, ...inner] = shape;
  if (inner.length === 0) {
    const parts: string[] = [];
    for (let n = start; n < start + size; n++) parts.push(finite(values[n]!));
    return `[${parts.join(',')}]`;
  }
  const step = inner.reduce((product, one) => product * one, 1);
  return `[${Array.from({ length: size }, (_, n) => nested(values, inner, start + n * step)).join(',\n')}]`;
}

/** JSON knows no infinity: the log-sum-exp of a row that sees no key is null. */
const finite = (value: number) => (Number.isFinite(value) ? float32Text(value) : 'null');

/** Text that stands for itself in what is being written. */
class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
const numbers = (values: Float32Array | null, shape: readonly number[]) =>
  values === null ? null : new Written(nested(values, shape));

function write(value: unknown, indent = ''): string {
  if (value instanceof Written) return value.text;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value) ?? 'null';
  const deeper = `${indent}  `;
  const fields = Object.entries(value).filter(([, one]) => one !== undefined);
  if (fields.length === 0) return '{}';
  const lines = fields.map(([name, one]) => `${deeper}${JSON.stringify(name)}: ${write(one, deeper)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** `inf` as in the address: JSON knows no infinity. */
const reach = (value: number) => (value === Infinity ? 'inf' : value);

function maskFields({ causal, left, right, dilation, globalTokens }: ResolvedMask) {
  return { causal, left: reach(left), right: reach(right), dilation, global: globalTokens };
}

function sourceFields({ provenance, source }: SavedPicture) {
  const { kind, name, seed, layer } = provenance.source;
  const { heads, kvHeads, queryLength, keyLength, headDim, scale } = provenance.full;
  const shown = { heads, kvHeads, queryLength, keyLength, headDim, scale };
  const about = { kind, name, seed, layer, shown };
  if (!source) return about;
  if (source.kind === 'matrix')
    return { ...about, weights: numbers(source.weights, [source.heads, source.queryLength, source.keyLength]) };
  const keys = [source.kvHeads, source.keyLength, source.headDim];
  return {
    ...about,
    q: numbers(source.q, [source.heads, source.queryLength, source.headDim]),
    k: numbers(source.k, keys),
    v: numbers(source.v, keys),
  };
}

function weightFields(saved: SavedPicture['numbers']) {
  if (saved.kind === 'pooled') {
    const { height, width, pooling, full, windowed } = saved.picture;
    const shape = [height, width];
    return { pooling, height, width, full: numbers(full, shape), windowed: numbers(windowed, shape) };
  }
  const { rows, columns, full, windowed, scores, fullLogSumExp, windowedLogSumExp } = saved.cells;
  const [height, width] = [rows[1] - rows[0], columns[1] - columns[0]];
  const shape = [height, width];
  return {
    pooling: 'none',
    height,
    width,
    full: numbers(full, shape),
    windowed: numbers(windowed, shape),
    scores: numbers(scores, shape),
    fullLogSumExp: numbers(fullLogSumExp, [height]),
    windowedLogSumExp: numbers(windowedLogSumExp, [height]),
  };
}

function timingFields({ timing, measured }: Provenance) {
  const medians = measured.map(({ series, wall, kernel, runsPerSample, timerResolution, device }) => [
    series,
    {
      device,
      samples: wall.length,
      runsPerSample,
      timerResolutionMs: timerResolution,
      wallMs: quartiles(wall),
      kernelMs: kernel.length > 0 ? quartiles(kernel) : null,
    },
  ]);
  return { unit: 'ms', run: timing, measured: Object.fromEntries(medians) };
}

export function exportJson(saved: SavedPicture): string {
  const { provenance, viewport, pinned, numbers: shown, description, language } = saved;
  const { version, link, params, tokens, source, head, backend, windowed } = provenance;
  return `${write({
    schema: EXPORT_SCHEMA,
    version,
    app: 'Attention Lab',
    link,
    language,
    description,
    params,
    source: sourceFields(saved),
    tokens,
    view: {
      layer: source.layer,
      head,
      rows: viewport.rows,
      columns: viewport.columns,
      whole: viewport.whole,
      pinned,
    },
    mask: maskFields(windowed.mask),
    scale: windowed.scale,
    normalisation: NORMALISATION,
    precision: windowed.storage === 'f16' ? 'float16 stored, float32 computed' : 'float32',
    weights: weightFields(shown),
    backend,
    timing: timingFields(provenance),
  })}\n`;
}
