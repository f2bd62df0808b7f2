// The public sentence encoder (shared/CONTRACT.md §1). Types only.
import type { AttentionEngine, RunOptions } from './engine.ts';

export interface EncoderOptions {
  /** Runs the layers on this engine's backend; default: an engine of its own, backend `auto`. */
  engine?: AttentionEngine;
  /** Where the safetensors file is; default beside the module. */
  weightsUrl?: string;
  /** Share of the weights loaded, 0…1. */
  onProgress?: (done: number) => void;
}

export interface Tokens {
  /** Vocabulary ids. */
  ids: number[];
  /** SentencePiece pieces; `▁` stands for a space before the piece. */
  pieces: string[];
}

/** One layer's attention as it really ran. */
export interface LayerAttention {
  heads: number;
  headDim: number;
  /** Multiplies q·k before the softmax; already contained in neither q nor k. */
  scale: number;
  /** `[heads, L, headDim]` */
  q: Float32Array;
  k: Float32Array;
  v: Float32Array;
  /** Softmax weights `[heads, L, L]`: head, query, key. */
  weights: Float32Array;
}

/** Universal Sentence Encoder Lite (Cer et al. 2018) on our own kernels. */
export interface SentenceEncoder {
  tokenize(text: string): Tokens;
  /** `[texts, 512]`, unit length; at most the first 128 tokens of each text count. */
  encode(texts: string[], options?: RunOptions): Promise<{ embeddings: Float32Array }>;
  /** Both layers of one text, of any length; beyond 128 tokens positions are extrapolated. */
  attention(text: string, options?: RunOptions): Promise<Tokens & { layers: LayerAttention[] }>;
  dispose(): Promise<void>;
}

export const EMBEDDING_SIZE = 512;
/** The original clips its input here. */
export const TRAINED_TOKENS = 128;
