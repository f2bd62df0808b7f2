// One short document of the built-in corpus. Written for this project before any score of it was seen, and not changed since: what the
// experiment on sentence pairs says of it, it says.

export interface CorpusDocument {
  /** Kebab-case, unique in the corpus. */
  id: string;
  /** Six to eight sentences, in the order they were written to be read in. */
  sentences: readonly string[];
}
