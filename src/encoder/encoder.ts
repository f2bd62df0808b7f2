// The sentence encoder on one backend's tensor operations: tokens, embeddings, and the attention inside. The engine makes it with
// the backend it chose; it neither chooses a backend nor loads the weights.
import type { BackendTensor, RunControl, TensorOperations } from '../contract/backend.ts';
import type { LayerAttention, SentenceEncoder, Tokens } from '../contract/encoder.ts';
import type { RunOptions } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import { ForwardPass, type Heads, type TextRows } from './forward.ts';
import { inputRows, normalizeRows, poolingMatrix } from './input-rows.ts';
import { uploadWeights, type ResidentWeights } from './resident-weights.ts';
import { Tokenizer } from './tokenizer.ts';
import type { EncoderWeights } from './weights-file.ts';

/** Q, K and V of one layer, as `LayerAttention` without the dense weights. */
export type LayerHeads = Omit<LayerAttention, 'weights'>;

/** One layer's Q, K and V with the text's tokens. */
export interface LayerProjection extends Tokens, LayerHeads {
  layer: number;
  /** How many layers the encoder has. */
  layers: number;
}

/** What the lab needs beyond the public encoder. */
export interface BackendEncoder extends SentenceEncoder {
  readonly layers: number;
  /** Q, K and V of one layer, for texts of any length. Layers behind it do not run. */
  project(text: string, layer: number, options?: RunOptions): Promise<LayerProjection>;
}

/** Rows per batch of `encode`: bounds the feed-forward's memory to a few megabytes. */
const BATCH_ROWS = 1024;
/** Dense weights beyond this many numbers (512 MB) are refused; `project` has no such limit. */
const MOST_WEIGHTS = 2 ** 27;

/** Consecutive texts whose tokens fit one batch together; a text is never cut. */
function batchesOf(texts: number[][]): number[][][] {
  const batches: number[][][] = [];
  let rows = Infinity;
  for (const ids of texts) {
    if (rows + ids.length > BATCH_ROWS) {
      batches.push([]);
      rows = 0;
    }
    batches.at(-1)!.push(ids);
    rows += ids.length;
  }
  return batches;
}

function textRows(texts: number[][]): TextRows[] {
  let end = 0;
  return texts.map(({ length }) => [end, (end += length)]);
}

function requireText(text: unknown, field: string): void {
  if (typeof text !== 'string')
    throw new AttentionError('invalid-problem', { field, value: text, allowed: 'a string' });
}

class LayeredEncoder implements BackendEncoder {
  readonly #operations: TensorOperations;
  readonly #resident: ResidentWeights;
  readonly #tokenizer: Tokenizer;
  readonly #inputRows: (ids: readonly number[]) => Float32Array;
  #isDisposed = false;

  constructor(operations: TensorOperations, weights: EncoderWeights, resident: ResidentWeights) {
    this.#operations = operations;
    this.#resident = resident;
    this.#tokenizer = new Tokenizer(weights.vocabulary);
    this.#inputRows = inputRows(weights);
  }

  get layers(): number {
    return this.#resident.config.layers.length;
  }

  tokenize(text: string): Tokens {
    requireText(text, 'text');
    return this.#tokenizer.tokenize(text);
  }

  /** Runs `work` on a fresh pass and frees what the pass made. */
  async #pass<Result>(control: RunControl, work: (pass: ForwardPass) => Promise<Result>): Promise<Result> {
    if (this.#isDisposed) throw new AttentionError('disposed', { field: 'encoder' });
    throwIfAborted(control.signal);
    const pass = new ForwardPass(this.#operations, this.#resident, control);
    try {
      return await work(pass);
    } finally {
      pass.scope.dispose();
    }
  }

  async encode(texts: string[], options: RunOptions = {}): Promise<{ embeddings: Float32Array }> {
    if (!Array.isArray(texts))
      throw new AttentionError('invalid-problem', { field: 'texts', value: texts, allowed: 'an array of strings' });
    texts.forEach((text, index) => requireText(text, `texts[${index}]`));
    const { trainedTokens, outputWidth } = this.#resident.config;
    const embeddings = new Float32Array(texts.length * outputWidth);
    let done = 0;
    const batches = batchesOf(texts.map((text) => this.tokenize(text).ids.slice(0, trainedTokens)));
    for (const batch of batches) {
      embeddings.set(await this.#pass(options, (pass) => this.#encodeBatch(pass, batch)), done * outputWidth);
      done += batch.length;
      options.onProgress?.(done / texts.length);
    }
    return { embeddings };
  }

  async #encodeBatch(pass: ForwardPass, batch: number[][]): Promise<Float32Array> {
    const { config } = this.#resident;
    const all = textRows(batch);
    const texts = all.filter(([start, end]) => end > start);
    const output =
      texts.length === 0 ? await this.#emptyOutput(pass, batch.length) : await this.#poolBatch(pass, batch, all);
    return normalizeRows(await pass.read(output), config.outputWidth, config.smallestSquaredLength);
  }

  async #poolBatch(pass: ForwardPass, batch: number[][], all: TextRows[]): Promise<BackendTensor> {
    const { config } = this.#resident;
    const ids = batch.flat();
    const rows = new Float32Array(ids.length * config.width);
    // Positions count from each text's own start.
    batch.forEach((text, index) => rows.set(this.#inputRows(text), all[index]![0] * config.width));
    let x = await pass.upload(rows, ids.length, config.width);
    const texts = all.filter(([start, end]) => end > start);
    for (let index = 0; index < this.layers; index++) x = await pass.layer(x, texts, index);
    const pooling = await pass.upload(poolingMatrix(all, config.smallestDivisor), all.length, ids.length);
    return pass.pool(x, pooling);
  }

  /** Texts without a token pool to zeros. */
  async #emptyOutput(pass: ForwardPass, count: number): Promise<BackendTensor> {
    const width = this.#resident.config.layers.at(-1)!.outputWidth;
    return pass.output(await pass.upload(new Float32Array(count * width), count, width));
  }

  async attention(text: string, options: RunOptions = {}): Promise<Tokens & { layers: LayerAttention[] }> {
    const tokens = this.tokenize(text);
    const length = tokens.ids.length;
    this.#requireRoomForWeights(length);
    const layers = await this.#pass(options, async (pass) => {
      const found: LayerAttention[] = [];
      let x = await this.#uploadText(pass, tokens.ids);
      for (let index = 0; index < this.layers; index++) {
        const layer = this.#resident.config.layers[index]!;
        const heads = await this.#heads(pass, x, index, length);
        const projection = await this.#readHeads(pass, heads, index);
        const weights = x === null || heads === null ? null : await pass.weights(heads, layer, length);
        found.push({ ...projection, weights: weights === null ? new Float32Array(0) : await pass.read(weights) });
        if (weights !== null) pass.scope.release(weights);
        if (x !== null && heads !== null && index + 1 < this.layers)
          x = await pass.complete(x, [await pass.attend(heads, layer, length)], index);
        if (heads !== null) pass.scope.release(heads.q, heads.k, heads.v);
        options.onProgress?.((index + 1) / this.layers);
      }
      return found;
    });
    return { ...tokens, layers };
  }

  async project(text: string, layer: number, options: RunOptions = {}): Promise<LayerProjection> {
    if (!Number.isInteger(layer) || layer < 0 || layer >= this.layers)
      throw new AttentionError('invalid-problem', {
        field: 'layer',
        value: layer,
        allowed: `an integer from 0 to ${this.layers - 1}`,
      });
    const tokens = this.tokenize(text);
    const length = tokens.ids.length;
    const projection = await this.#pass(options, async (pass) => {
      let x = await this.#uploadText(pass, tokens.ids);
      for (let index = 0; index < layer && x !== null; index++) {
        x = await pass.layer(x, [[0, length]], index);
        options.onProgress?.((index + 1) / (layer + 1));
      }
      const read = await this.#readHeads(pass, await this.#heads(pass, x, layer, length), layer);
      options.onProgress?.(1);
      return read;
    });
    return { ...tokens, ...projection, layer, layers: this.layers };
  }

  #requireRoomForWeights(length: number): void {
    const heads = Math.max(...this.#resident.config.layers.map((layer) => layer.heads));
    if (heads * length * length <= MOST_WEIGHTS) return;
    const largestLength = Math.floor(Math.sqrt(MOST_WEIGHTS / heads));
    throw new AttentionError('too-large', {
      field: 'text',
      value: `${length} tokens`,
      allowed: `at most ${largestLength} tokens`,
      numbers: { largestLength, neededBytes: 4 * heads * length * length, availableBytes: 4 * MOST_WEIGHTS },
    });
  }

  /** Null for a text without tokens: backends hold no empty tensors. */
  async #uploadText(pass: ForwardPass, ids: number[]): Promise<BackendTensor | null> {
    return ids.length === 0 ? null : pass.upload(this.#inputRows(ids), ids.length, this.#resident.config.width);
  }

  async #heads(pass: ForwardPass, x: BackendTensor | null, index: number, length: number): Promise<Heads | null> {
    if (x === null) return null;
    const fused = await pass.project(x, index);
    const heads = await pass.split(fused, [0, length], this.#resident.config.layers[index]!);
    pass.scope.release(fused);
    return heads;
  }

  async #readHeads(pass: ForwardPass, parts: Heads | null, index: number): Promise<LayerHeads> {
    const { heads, headDim, scale } = this.#resident.config.layers[index]!;
    const read = async (part: BackendTensor | undefined) =>
      part === undefined ? new Float32Array(0) : pass.read(part);
    return { heads, headDim, scale, q: await read(parts?.q), k: await read(parts?.k), v: await read(parts?.v) };
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#resident.dispose();
  }
}

/** Uploads the weights. The encoder owns what it puts on the backend and frees it on `dispose()`; the backend stays the caller's. */
export async function createEncoderOn(
  operations: TensorOperations,
  weights: EncoderWeights,
  control: RunControl = {},
): Promise<BackendEncoder> {
  return new LayeredEncoder(operations, weights, await uploadWeights(operations, weights, control));
}
