// What a page that has no encoder has recorded of it: of some texts the file with Q, K and V of one layer, of others their sentence vectors.
// Null on a hosted page, where the encoder reads any text.
import type { RecordedVectors } from './recorded-vectors.ts';
import { RECORDED_TEXTS, type RecordedTextId } from '../encoder/recorded-texts.ts';

export interface Recording {
  id: RecordedTextId;
  layer: number;
  /** A file of `encoder/example-file.ts`. */
  file: Uint8Array<ArrayBuffer>;
}

export class Recordings {
  readonly texts = RECORDED_TEXTS;
  readonly #all: readonly Recording[];

  readonly vectors: RecordedVectors;

  constructor(all: readonly Recording[], vectors: RecordedVectors) {
    this.#all = all;
    this.vectors = vectors;
  }

  idOf(text: string): RecordedTextId | null {
    return this.texts.find((recorded) => recorded.text === text)?.id ?? null;
  }

  layersOf(text: string): number[] {
    const id = this.idOf(text);
    return this.#all.filter((recording) => recording.id === id).map(({ layer }) => layer);
  }

  /** The bytes of a fresh file, for the worker to keep; null when nothing is recorded of this. */
  bytesOf(text: string, layer: number): ArrayBuffer | null {
    const id = this.idOf(text);
    const found = this.#all.find((recording) => recording.id === id && recording.layer === layer);
    return found ? found.file.slice().buffer : null;
  }
}
