// The sentence encoder on one backend's tensor operations: tokens, embeddings, and the attention inside. The engine makes it with
// the backend it chose; it neither chooses a backend nor loads the weights.
import type { BackendTensor, RunControl, TensorOperations } from '../contract/backend.ts';
import type { LayerAttention, SentenceEncoder, Tokens } from '../contract/encoder.ts';
import type { RunOptions } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { HeadSwitches } from '../contract/stack.ts';
import type { LayerConfig } from './config.ts';
import { ForwardPass, type Heads, type TextRows } from './forward.ts';
import { switchHeads } from './head-switches.ts';
import { inspectText, type InspectedText } from './inspect.ts';
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
  /** Characters that no piece holds, each once. */
  unknown: string[];
}

/** What the lab needs beyond the public encoder. */
export interface BackendEncoder extends SentenceEncoder {
  readonly layers: number;
  /** Q, K and V of one layer, for texts of any length. Layers behind it do not run. */
  project(text: string, layer: number, options?: RunOptions): Promise<LayerProjection>;
  /** How many heads each layer has. */
  readonly heads: number[];
  /** `encode` with some heads switched off: what they say is left out before the output projection. All on is `encode`. */
  encodeWithHeads(texts: string[], switches: HeadSwitches, options?: RunOptions): Promise<{ embeddings: Float32Array }>;
  /** `encode` of texts already cut. Of each only the first tokens the encoder was trained on count. */
  encodeTokens(texts: readonly (readonly number[])[], options?: RunOptions): Promise<{ embeddings: Float32Array }>;
  /** Every step between a text's ids and its embedding; the same tokens count. */
  inspect(ids: readonly number[], options?: RunOptions): Promise<InspectedText>;
}

/** Rows per batch of `encode`: bounds the feed-forward's memory to a few megabytes. */
const BATCH_ROWS = 1024;
/** Dense weights beyond this many numbers (512 MB) are refused; `project` has no such limit. */
const MOST_WEIGHTS = 2 ** 27;

/** Consecutive texts whose tokens fit one batch together; a text is never cut. */
function batchesOf(texts: readonly (readonly number[])[]): (readonly number[])[][] {
  const batches: (readonly number[])[][] = [];
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

function textRows(texts: readonly (readonly number[])[]): TextRows[] {
  let end = 0;
  return texts.map(({ length }) => [end, (end += length)]);
}

function requireText(text: unknown, field: string): void {
  if (typeof text !== 'string')
    throw new AttentionError('invalid-problem', { field, value: text, allowed: 'a string' });
}

async function readHeads(pass: ForwardPass, parts: Heads, layer: LayerConfig): Promise<LayerHeads> {
  const { heads, headDim, scale } = layer;
  const [q, k, v] = [await pass.read(parts.q), await pass.read(parts.k), await pass.read(parts.v)];
  return { heads, headDim, scale, q, k, v };
}

/** Of a text without tokens: backends hold no empty tensors. */
function emptyHeads({ heads, headDim, scale }: LayerConfig): LayerHeads {
  return { heads, headDim, scale, q: new Float32Array(0), k: new Float32Array(0), v: new Float32Array(0) };
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
    return this.#configs.length;
  }

  get heads(): number[] {
    return this.#configs.map((layer) => layer.heads);
  }

  get #configs(): LayerConfig[] {
    return this.#resident.config.layers;
  }

  tokenize(text: string): Tokens {
    requireText(text, 'text');
    return this.#tokenizer.tokenize(text);
  }

  /** Runs `work` on a fresh pass and frees what the pass made. */
  async #pass<Result>(
    control: RunControl,
    work: (pass: ForwardPass) => Promise<Result>,
    weights = this.#resident,
  ): Promise<Result> {
    if (this.#isDisposed) throw new AttentionError('disposed', { field: 'encoder' });
    throwIfAborted(control.signal);
    const pass = new ForwardPass(this.#operations, weights, control);
    try {
      return await work(pass);
    } finally {
      pass.scope.dispose();
    }
  }

  encode(texts: string[], options: RunOptions = {}): Promise<{ embeddings: Float32Array }> {
    return this.#encodeTexts(this.#resident, texts, options);
  }

  encodeTokens(texts: readonly (readonly number[])[], options: RunOptions = {}): Promise<{ embeddings: Float32Array }> {
    return this.#encodeBy(this.#resident, texts, options);
  }

  inspect(ids: readonly number[], options: RunOptions = {}): Promise<InspectedText> {
    const entering = ids.slice(0, this.#resident.config.trainedTokens);
    return this.#pass(options, (pass) => inspectText(pass, this.#resident.config, this.#inputRows(entering)));
  }

  async encodeWithHeads(
    texts: string[],
    switches: HeadSwitches,
    options: RunOptions = {},
  ): Promise<{ embeddings: Float32Array }> {
    const weights = await switchHeads(this.#operations, this.#resident, switches);
    try {
      return await this.#encodeTexts(weights, texts, options);
    } finally {
      weights.dispose();
    }
  }

  async #encodeTexts(weights: ResidentWeights, texts: string[], options: RunOptions) {
    if (!Array.isArray(texts))
      throw new AttentionError('invalid-problem', { field: 'texts', value: texts, allowed: 'an array of strings' });
    texts.forEach((text, index) => requireText(text, `texts[${index}]`));
    const cut = texts.map((text) => this.tokenize(text).ids);
    return this.#encodeBy(weights, cut, options);
  }

  async #encodeBy(
    weights: ResidentWeights,
    texts: readonly (readonly number[])[],
    options: RunOptions,
  ): Promise<{ embeddings: Float32Array }> {
    const { trainedTokens, outputWidth } = this.#resident.config;
    const embeddings = new Float32Array(texts.length * outputWidth);
    let done = 0;
    const batches = batchesOf(texts.map((ids) => ids.slice(0, trainedTokens)));
    for (const batch of batches) {
      embeddings.set(await this.#pass(options, (pass) => this.#encodeBatch(pass, batch), weights), done * outputWidth);
      done += batch.length;
      options.onProgress?.(done / texts.length);
    }
    return { embeddings };
  }

  async #encodeBatch(pass: ForwardPass, batch: (readonly number[])[]): Promise<Float32Array> {
    const { config } = this.#resident;
    const isEmpty = batch.every(({ length }) => length === 0);
    const output = isEmpty ? await this.#emptyOutput(pass, batch.length) : await this.#output(pass, batch);
    return normalizeRows(await pass.read(output), config.outputWidth, config.smallestSquaredLength);
  }

  async #output(pass: ForwardPass, batch: (readonly number[])[]): Promise<BackendTensor> {
    const { width, smallestDivisor } = this.#resident.config;
    const all = textRows(batch);
    const count = all.at(-1)![1];
    const rows = new Float32Array(count * width);
    // Positions count from each text's own start.
    batch.forEach((ids, index) => rows.set(this.#inputRows(ids), all[index]![0] * width));
    let x = await pass.upload(rows, count, width);
    const texts = all.filter(([start, end]) => end > start);
    for (let index = 0; index < this.layers; index++) x = await pass.layer(x, texts, index);
    return pass.pool(x, await pass.upload(poolingMatrix(all, smallestDivisor), all.length, count));
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
      if (length === 0) return this.#configs.map((layer) => ({ ...emptyHeads(layer), weights: new Float32Array(0) }));
      const found: LayerAttention[] = [];
      let x = await this.#uploadText(pass, tokens.ids);
      for (const [index, layer] of this.#configs.entries()) {
        const heads = await this.#heads(pass, x, index, length);
        const weights = await pass.weights(heads, layer, length);
        found.push({ ...(await readHeads(pass, heads, layer)), weights: await pass.read(weights) });
        pass.scope.release(weights);
        if (index + 1 < this.layers) x = await pass.complete(x, [await pass.attend(heads, layer, length)], index);
        pass.scope.release(heads.q, heads.k, heads.v);
        options.onProgress?.((index + 1) / this.layers);
      }
      return found;
    });
    return { ...tokens, layers };
  }

  async project(text: string, layer: number, options: RunOptions = {}): Promise<LayerProjection> {
    const config = this.#configs[layer];
    if (config === undefined)
      throw new AttentionError('invalid-problem', {
        field: 'layer',
        value: layer,
        allowed: `an integer from 0 to ${this.layers - 1}`,
      });
    const tokens = this.tokenize(text);
    const length = tokens.ids.length;
    const heads = await this.#pass(options, async (pass) => {
      if (length === 0) return emptyHeads(config);
      let x = await this.#uploadText(pass, tokens.ids);
      for (let index = 0; index < layer; index++) {
        x = await pass.layer(x, [[0, length]], index);
        options.onProgress?.((index + 1) / (layer + 1));
      }
      const read = await readHeads(pass, await this.#heads(pass, x, layer, length), config);
      options.onProgress?.(1);
      return read;
    });
    return { ...tokens, ...heads, layer, layers: this.layers, unknown: this.#tokenizer.unknownCharacters(text) };
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

  #uploadText(pass: ForwardPass, ids: number[]): Promise<BackendTensor> {
    return pass.upload(this.#inputRows(ids), ids.length, this.#resident.config.width);
  }

  async #heads(pass: ForwardPass, x: BackendTensor, index: number, length: number): Promise<Heads> {
    const fused = await pass.project(x, index);
    const heads = await pass.split(fused, [0, length], this.#configs[index]!);
    pass.scope.release(fused);
    return heads;
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
