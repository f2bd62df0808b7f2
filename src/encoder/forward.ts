// The encoder's layers in backend operations. A pass holds its tensors in its scope; the caller disposes of the scope.
// Rows of several texts lie one below the other, L tokens each; only attention looks at them text by text.
//
// One layer: norm → q/k/v projection → attention → output projection + residual → norm → feed-forward + residual.
import type { BackendTensor, RunControl, TensorOperations } from '../contract/backend.ts';
import { throwIfAborted } from '../contract/errors.ts';
import { resolveProblem, type ResolvedProblem } from '../contract/problem.ts';
import type { LayerConfig } from './config.ts';
import type { ResidentWeights } from './resident-weights.ts';
import { TensorScope } from './tensor-scope.ts';

/** Stacks `[H·L, D]` of one text. */
export interface Heads {
  q: BackendTensor;
  k: BackendTensor;
  v: BackendTensor;
}

/** Half-open rows of each text. */
export type TextRows = [start: number, end: number];

/** Full attention over the L tokens of one text, with the model's own scale. */
export function textProblem(layer: LayerConfig, length: number): ResolvedProblem {
  return resolveProblem({ heads: layer.heads, headDim: layer.headDim, queryLength: length, scale: layer.scale });
}

export class ForwardPass {
  readonly scope = new TensorScope();
  readonly #operations: TensorOperations;
  readonly #weights: ResidentWeights;
  readonly #signal: AbortSignal | undefined;

  constructor(operations: TensorOperations, weights: ResidentWeights, control: RunControl) {
    this.#operations = operations;
    this.#weights = weights;
    this.#signal = control.signal;
  }

  async #do(work: (operations: TensorOperations) => Promise<BackendTensor>): Promise<BackendTensor> {
    throwIfAborted(this.#signal);
    return this.scope.hold(work(this.#operations));
  }

  #norm(x: BackendTensor, name: string): Promise<BackendTensor> {
    const { tensor, config } = this.#weights;
    return this.#do((on) => on.layerNorm(x, tensor(`${name}.weight`), tensor(`${name}.bias`), config.layerNormEpsilon));
  }

  #linear(x: BackendTensor, name: string, activation: 'none' | 'relu' | 'tanh' = 'none'): Promise<BackendTensor> {
    const { tensor } = this.#weights;
    return this.#do((on) => on.linear(x, tensor(`${name}.weight`), tensor(`${name}.bias`), activation));
  }

  async #addTo(residual: BackendTensor, x: BackendTensor): Promise<BackendTensor> {
    const sum = await this.#do((on) => on.add(residual, x));
    this.scope.release(residual, x);
    return sum;
  }

  upload(rows: Float32Array, count: number, columns: number): Promise<BackendTensor> {
    return this.#do((on) => on.upload(rows, count, columns));
  }

  /** x `[R, width]` → fused q, k, v `[R, 3·H·D]`. */
  async project(x: BackendTensor, index: number): Promise<BackendTensor> {
    const normed = await this.#norm(x, `layer.${index}.attention_norm`);
    const fused = await this.#linear(normed, `layer.${index}.attention.qkv`);
    this.scope.release(normed);
    return fused;
  }

  /** One text's heads. */
  async split(fused: BackendTensor, rows: TextRows, layer: LayerConfig): Promise<Heads> {
    throwIfAborted(this.#signal);
    const { q, k, v } = await this.#operations.splitHeads(fused, rows, layer.heads);
    for (const part of [q, k, v]) await this.scope.hold(Promise.resolve(part));
    return { q, k, v };
  }

  /** The heads' answers `[H·L, D]` of one text. */
  attend(heads: Heads, layer: LayerConfig, length: number): Promise<BackendTensor> {
    const control = { signal: this.#signal };
    return this.#do((on) => on.attend(textProblem(layer, length), heads.q, heads.k, heads.v, control));
  }

  /** All weights `[H·L, L]` of one text. */
  weights(heads: Heads, layer: LayerConfig, length: number): Promise<BackendTensor> {
    const control = { signal: this.#signal };
    return this.#do((on) => on.attentionWeights(textProblem(layer, length), heads.q, heads.k, control));
  }

  /** The rest of a layer from its input and every text's attention; frees both. Returns `[R, outputWidth]`. */
  async complete(x: BackendTensor, attended: BackendTensor[], index: number): Promise<BackendTensor> {
    const layer = this.#weights.config.layers[index]!;
    const name = `layer.${index}`;
    const merged = await this.#do((on) => on.mergeHeads(attended, layer.heads));
    this.scope.release(...attended);
    const output = await this.#linear(merged, `${name}.attention.output`);
    this.scope.release(merged);
    let residual = x;
    if (layer.residual === 'linear') {
      residual = await this.#linear(x, `${name}.residual`);
      this.scope.release(x);
    }
    const middle = await this.#addTo(residual, output);
    const normed = await this.#norm(middle, `${name}.ffn_norm`);
    const inner = await this.#linear(normed, `${name}.ffn.up`, this.#weights.config.feedForwardActivation);
    this.scope.release(normed);
    const fed = await this.#linear(inner, `${name}.ffn.down`);
    this.scope.release(inner);
    return this.#addTo(middle, fed);
  }

  /** A whole layer over every text. Frees its input. */
  async layer(x: BackendTensor, texts: TextRows[], index: number): Promise<BackendTensor> {
    const layer = this.#weights.config.layers[index]!;
    const fused = await this.project(x, index);
    const attended: BackendTensor[] = [];
    for (const rows of texts) {
      const heads = await this.split(fused, rows, layer);
      attended.push(await this.attend(heads, layer, rows[1] - rows[0]));
      this.scope.release(heads.q, heads.k, heads.v);
    }
    this.scope.release(fused);
    return this.complete(x, attended, index);
  }

  /** Pooling `[T, R]` times x `[R, width]`, then the output layer: `[T, outputWidth]`, not yet of unit length. */
  async pool(x: BackendTensor, pooling: BackendTensor): Promise<BackendTensor> {
    const pooled = await this.#do((on) => on.linear(pooling, x, null, 'none'));
    this.scope.release(x, pooling);
    return this.output(pooled);
  }

  /** Pooled rows `[T, width]` through the output layer. */
  output(pooled: BackendTensor): Promise<BackendTensor> {
    return this.#linear(pooled, 'output', this.#weights.config.outputActivation);
  }

  async read(tensor: BackendTensor): Promise<Float32Array> {
    throwIfAborted(this.#signal);
    return this.#operations.read(tensor);
  }
}
