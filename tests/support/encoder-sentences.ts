// Ten sentences through the original graph in TensorFlow.js, an implementation independent of ours.
import sentences from '../fixtures/encoder-sentences.json' with { type: 'json' };

export interface RecordedSentence {
  text: string;
  ids: number[];
  pieces: string[];
  /** 512 values, unit length. */
  embedding: number[];
  /** Per layer: softmax weights `[1, 4, L, L]`. */
  attention: { shape: number[]; data: number[] }[];
}

export const RECORDED_SENTENCES = sentences as RecordedSentence[];

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let x = 0; x < a.length; x++) {
    dot += a[x]! * b[x]!;
    aa += a[x]! ** 2;
    bb += b[x]! ** 2;
  }
  return dot / Math.sqrt(aa * bb);
}
