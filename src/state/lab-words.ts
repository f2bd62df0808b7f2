// What is on screen in words, for whoever asks from outside (the frame's `describe`). The lab that is shown registers how it is said.

/** `withNames`: tokens of the text may be quoted. Null while there is nothing to say. */
type Say = (withNames: boolean) => string | null;

export class LabWords {
  #say: Say | null = null;

  /** The result takes it back. */
  register(say: Say): () => void {
    this.#say = say;
    return () => {
      if (this.#say === say) this.#say = null;
    };
  }

  describe(withNames: boolean): string | null {
    return this.#say?.(withNames) ?? null;
  }
}
