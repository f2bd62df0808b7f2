// What the labs "BERT objectives" and "Zero-shot" ask of the worker: many texts through the pretrained sentence encoder. Types only.
// Implemented by `engine/text-bench.ts`; reached as `workbench.texts`. Callbacks are parameters of their own (comlink proxies only
// those). Latest request wins within a lane of `workbench.ts`: `tokens`, `embed`, `corpus`, `inspect`, and `measure` for what times.
import type { BackendInfo, BackendKind } from './engine.ts';
import type { LayerAttention, Tokens } from './encoder.ts';
import type { AttentionErrorCode, AttentionErrorDetail } from './errors.ts';

/** Texts that go through the layers together. */
export const BATCH_LIMITS: readonly [number, number] = [1, 256];
/** Texts of one call. */
export const MOST_TEXTS = 5000;

export interface TokenizedText extends Tokens {
  /** Characters that no piece of the vocabulary holds, each once, in order. Neighbours of them became one `<unk>` token. */
  unknown: string[];
  /** More tokens than the encoder was trained on (`TRAINED_TOKENS`): an embedding takes the first of them only. */
  isTooLong: boolean;
}

export interface EmbedOptions {
  backend: 'auto' | BackendKind;
  /** Texts per batch; `BATCH_LIMITS`. Default 32. Changes the time, not the numbers beyond rounding. */
  batchSize?: number;
  /** `embed` for what a reader types (default), `corpus` for a built-in collection: neither abandons the other. */
  lane?: 'embed' | 'corpus';
}

/** Host clock, milliseconds, sums over the batches. */
export interface EmbedTiming {
  tokenizeMs: number;
  /** Layers, pooling and output, with copying the embeddings back: a GPU's answer is waited for there, so they have no clock of their own. */
  layersMs: number;
  /** From the start on a ready encoder; loading weights is not in it. */
  wallMs: number;
}

export interface Embedded {
  /** `[texts, 512]`, unit length, in the order of the texts. A text's numbers do not depend on its neighbours in a batch. */
  embeddings: Float32Array;
  /** Tokens of each whole text: those above `TRAINED_TOKENS` did not enter the embedding. */
  tokenCounts: number[];
  timing: EmbedTiming;
  backend: BackendInfo;
}

/** One text on its way through the encoder, as it really ran: at most its first `TRAINED_TOKENS` tokens. */
export interface EncoderPath extends TokenizedText {
  /** L: tokens that entered. Less than `ids.length` for a text that is too long. */
  length: number;
  /** `[L, width]`: token embeddings with positions. */
  input: Float32Array;
  /** Width of the input and of each layer's output. */
  widths: number[];
  /** Q, K, V and weights of each layer over the tokens that entered. */
  layers: LayerAttention[];
  /** Each layer's output `[L, width of the layer]`. */
  outputs: Float32Array[];
  /** The tokens' rows of the last layer, summed and divided by `divisor`: `[width of the last layer]`. */
  pooled: Float32Array;
  divisor: number;
  /** After the output layer and its tanh, before the length is made 1: `[512]`. */
  output: Float32Array;
  /** `[512]`, unit length: the same numbers as `embed` gives. */
  embedding: Float32Array;
  backend: BackendInfo;
}

export interface ThroughputRequest {
  texts: string[];
  /** Compared with every text in the similarity phase. */
  labels: string[];
  batchSizes: number[];
  backends: BackendKind[];
  /** Passes over all texts; at least 3. */
  samples: number;
  /** What one backend and batch size may take, milliseconds. */
  budgetMs: number;
  totalMs: number;
}

/** Passes over all texts with one batch size. Sentences per second of a sample: `1000 · texts / (sum of its phases)`. */
export interface Throughput {
  backend: BackendKind;
  device: string;
  batchSize: number;
  /** Texts and tokens of a pass. */
  texts: number;
  tokens: number;
  labels: number;
  /** Untimed passes before the first sample. */
  warmUps: number;
  /** Milliseconds of a pass on the host's clock, one entry per sample. `layers` contains copying the embeddings back. */
  tokenizeMs: number[];
  layersMs: number[];
  /** Cosines of all texts with all labels, on the host. */
  similarityMs: number[];
}

/** Why there is no measurement. */
export interface ThroughputGap {
  backend: BackendKind;
  batchSize: number;
  code: AttentionErrorCode | 'over-budget';
  detail: AttentionErrorDetail;
}

export interface TextBench {
  /** Needs the encoder's file, no backend. `onProgress` tells the share of the file loaded. Lane `tokens`. */
  tokenize(texts: string[], onProgress: (done: number) => void): Promise<TokenizedText[]>;
  /** `onProgress` tells the share of the texts done. Lane `embed` or `corpus`, as the options say. */
  embed(texts: string[], options: EmbedOptions, onProgress: (done: number) => void): Promise<Embedded>;
  /** Every step between one text and its embedding. Lane `inspect`. */
  inspect(text: string, backend: 'auto' | BackendKind): Promise<EncoderPath>;
  /** Sentences per second, all in turns; never longer than `totalMs`. Lane `measure`. */
  measureThroughput(
    request: ThroughputRequest,
    onResult: (result: Throughput | ThroughputGap, done: number) => void,
  ): Promise<void>;
}
