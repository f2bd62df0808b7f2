// Sentence vectors of a page that has no encoder: of some texts, recorded when its file was built. Cosines and principal components do not
// change when all vectors are turned together, so each is kept by its coordinates in an orthonormal basis of their span (V = L·Q, L lower
// triangular; Golub and Van Loan, Matrix Computations, §5.2): m(m + 1)/2 numbers for m vectors in place of 512·m. Written by
// `tools/build-recordings.ts`, read by `pages/offline.ts`.
import { EMBEDDING_SIZE } from '../contract/encoder.ts';
import { AttentionError } from '../contract/errors.ts';
import type { TokenizedText } from '../contract/text-bench.ts';

export interface RecordedSentence {
  text: string;
  tokens: TokenizedText;
}

/** `[m, 512]` → L, row after row, of row i the first i + 1 coordinates. By modified Gram–Schmidt, twice over, in float64. */
export function triangleOf(vectors: Float32Array): Float32Array<ArrayBuffer> {
  const count = vectors.length / EMBEDDING_SIZE;
  const basis: Float64Array[] = [];
  const triangle: number[] = [];
  for (let row = 0; row < count; row++) {
    const rest = Float64Array.from(vectors.subarray(row * EMBEDDING_SIZE, (row + 1) * EMBEDDING_SIZE));
    const coordinates = new Float64Array(row + 1);
    for (let pass = 0; pass < 2; pass++)
      basis.forEach((axis, at) => {
        const along = axis.reduce((sum, value, x) => sum + value * rest[x]!, 0);
        coordinates[at]! += along;
        axis.forEach((value, x) => (rest[x]! -= along * value));
      });
    const length = Math.hypot(...rest);
    coordinates[row] = length;
    basis.push(length > 1e-9 ? rest.map((value) => value / length) : new Float64Array(EMBEDDING_SIZE));
    triangle.push(...coordinates);
  }
  return Float32Array.from(triangle);
}

/** At most 512 sentences with their vectors `[sentences, 512]`: JSON of the sentences, its length first (uint32, little-endian), then L. */
export function packVectors(sentences: readonly RecordedSentence[], vectors: Float32Array): Uint8Array {
  const index = new TextEncoder().encode(JSON.stringify(sentences));
  const triangle = new Uint8Array(triangleOf(vectors).buffer);
  const packed = new Uint8Array(4 + index.length + triangle.length);
  new DataView(packed.buffer).setUint32(0, index.length, true);
  packed.set(index, 4);
  packed.set(triangle, 4 + index.length);
  return packed;
}

export class RecordedVectors {
  readonly #known = new Map<string, { tokens: TokenizedText; vector: Float32Array }>();

  /** What `packVectors` wrote. */
  constructor(packed: Uint8Array) {
    const body = 4 + new DataView(packed.buffer, packed.byteOffset).getUint32(0, true);
    const sentences = JSON.parse(new TextDecoder().decode(packed.subarray(4, body))) as RecordedSentence[];
    // A copy: floats must start at a multiple of four.
    const triangle = new Float32Array(packed.slice(body).buffer);
    sentences.forEach(({ text, tokens }, row) => {
      const vector = new Float32Array(EMBEDDING_SIZE);
      vector.set(triangle.subarray((row * (row + 1)) / 2, ((row + 1) * (row + 2)) / 2));
      this.#known.set(text, { tokens, vector });
    });
  }

  /** The first that is not recorded; null when all are. */
  firstMissing(texts: readonly string[]): string | null {
    return texts.find((text) => !this.#known.has(text)) ?? null;
  }

  #of(text: string) {
    const found = this.#known.get(text);
    if (!found)
      throw new AttentionError('invalid-problem', { field: 'texts', value: text, allowed: 'the recorded texts' });
    return found;
  }

  tokensOf(texts: readonly string[]): TokenizedText[] {
    return texts.map((text) => this.#of(text).tokens);
  }

  /** `[texts, 512]`. Throws, as above, `invalid-problem` for a text that is not recorded. */
  vectorsOf(texts: readonly string[]): Float32Array {
    const rows = new Float32Array(texts.length * EMBEDDING_SIZE);
    texts.forEach((text, at) => rows.set(this.#of(text).vector, at * EMBEDDING_SIZE));
    return rows;
  }
}
