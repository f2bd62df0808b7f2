// Opens what attention is shown of: the recorded example, a text through the encoder, synthetic numbers, a file.
// Gives tensors (or a ready matrix) with their summary; keeps nothing open itself.
import type { RunControl } from '../contract/backend.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { SourceNumbers, SourceSpec, SourceSummary } from '../contract/workbench.ts';
import { importAttention } from '../data/import.ts';
import { drawSignal } from '../data/synthetic.ts';
import { fetchExample, parseExample } from '../encoder/example-file.ts';
import { TRAINED_TOKENS } from '../contract/encoder.ts';
import type { LayerProjection } from '../encoder/encoder.ts';
import type { SourceTensors } from './cut-source.ts';
import type { SourceMatrix } from './matrix-pair.ts';

/** An open source: exactly one of `tensors` and `matrix` is there. */
export interface OpenSource {
  readonly summary: Omit<SourceSummary, 'wallMs'>;
  readonly tensors: SourceTensors | null;
  readonly matrix: SourceMatrix | null;
}

/** Where sources come from besides the spec itself. */
export interface SourceSupply {
  readonly exampleUrl: string;
  /** Q, K and V of one encoder layer. */
  project(text: string, layer: number, control: RunControl): Promise<LayerProjection>;
}

type Described = Pick<OpenSource['summary'], 'kind'> & Partial<OpenSource['summary']>;

function describe(shape: Omit<SourceTensors, 'tensors'>, more: Described): OpenSource['summary'] {
  const { queryLength: length, keyLength, heads, kvHeads, headDim, scale } = shape;
  const plain = {
    tokens: null,
    layer: 0,
    layers: 1,
    extrapolatedFrom: null,
    unknown: [],
    isMatrix: false,
    understood: null,
  };
  return { length, keyLength, heads, kvHeads, headDim, scale, ...plain, ...more };
}

function fromTensors(tensors: SourceTensors, more: Described): OpenSource {
  return { summary: describe(tensors, more), tensors, matrix: null };
}

/** Self-attention on one layer of the encoder: as many keys as queries, one key head per head. */
function fromProjection(kind: 'text' | 'example' | 'recorded', projection: LayerProjection): OpenSource {
  const { heads, headDim, scale, q, k, v, pieces, layer, layers, unknown } = projection;
  const length = pieces.length;
  if (length === 0)
    throw new AttentionError('invalid-problem', {
      field: 'text',
      value: '',
      allowed: 'a text with at least one token',
    });
  const extrapolatedFrom = length > TRAINED_TOKENS ? TRAINED_TOKENS : null;
  const shape = { heads, kvHeads: heads, queryLength: length, keyLength: length, headDim, scale };
  return fromTensors(
    { ...shape, tensors: { q, k, v } },
    { kind, tokens: pieces, layer, layers, extrapolatedFrom, unknown },
  );
}

function fromSignal({ signal, seed, heads, length, headDim }: SourceSpec & { kind: 'synthetic' }): OpenSource {
  const { q, k, v } = drawSignal(signal, seed, { heads, length, headDim });
  const shape = { heads, kvHeads: heads, queryLength: length, keyLength: length, headDim, scale: null };
  return fromTensors({ ...shape, tensors: { q, k, v } }, { kind: 'synthetic' });
}

function fromFile(name: string, bytes: ArrayBuffer): OpenSource {
  const imported = importAttention(name, bytes);
  const { heads, queryLength, keyLength, tokens, understood } = imported;
  const more: Described = { kind: 'file', tokens, understood };
  if (imported.kind === 'qkv') {
    const { kvHeads, headDim, q, k, v } = imported;
    return fromTensors({ heads, kvHeads, queryLength, keyLength, headDim, scale: null, tensors: { q, k, v } }, more);
  }
  const shape = { heads, kvHeads: heads, queryLength, keyLength, headDim: 1, scale: null };
  const matrix = { heads, queryLength, keyLength, weights: imported.weights };
  return { summary: describe(shape, { ...more, isMatrix: true }), tensors: null, matrix };
}

/** Fresh copies of everything a source holds. */
export function numbersOf({ tensors, matrix }: OpenSource): SourceNumbers {
  if (matrix) return { kind: 'matrix', ...matrix, weights: matrix.weights.slice() };
  const { heads, kvHeads, queryLength, keyLength, headDim, tensors: stored } = tensors!;
  const { q, k, v } = stored;
  return {
    kind: 'qkv',
    heads,
    kvHeads,
    queryLength,
    keyLength,
    headDim,
    q: q.slice(),
    k: k.slice(),
    v: v.slice(),
  };
}

export async function openSource(spec: SourceSpec, supply: SourceSupply, control: RunControl): Promise<OpenSource> {
  throwIfAborted(control.signal);
  switch (spec.kind) {
    case 'example':
      return fromProjection('example', await fetchExample(supply.exampleUrl, control));
    case 'recorded':
      return fromProjection('recorded', parseExample(new Uint8Array(spec.bytes), 'recording'));
    case 'text':
      return fromProjection('text', await supply.project(spec.text, spec.layer, control));
    case 'synthetic':
      return fromSignal(spec);
    case 'file':
      return fromFile(spec.name, spec.bytes);
  }
}
