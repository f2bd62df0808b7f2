// Pairs of sentences that a pre-training objective asks about, drawn from documents. Every sentence that has a successor gives one pair of
// each class, so both classes have the same first sentences. Seeded.
import type { CorpusDocument } from '../data/documents/short-text.ts';
import { choose, PURPOSE } from './draw-order.ts';

export { CORPUS } from '../data/documents/corpus.ts';
export type { CorpusDocument } from '../data/documents/short-text.ts';

/**
 * `nsp`: next sentence, or one of another document (Devlin et al. 2019, §3.1). `same-document`: next, or another later or earlier one of the
 * same document. `sop`: two neighbours in order, or swapped (ALBERT, Lan et al. 2020, §3.1).
 */
export const PAIR_TASKS = ['nsp', 'same-document', 'sop'] as const;
export type PairTask = (typeof PAIR_TASKS)[number];

/** Where a sentence is: document and place in it. */
export interface SentencePlace {
  document: number;
  sentence: number;
}

export interface SentencePair {
  first: SentencePlace;
  second: SentencePlace;
  /** The second follows the first. */
  isPositive: boolean;
}

type Documents = readonly CorpusDocument[];

function ofAnotherDocument(documents: Documents, { document, sentence }: SentencePlace, seed: number): SentencePlace {
  const other =
    (document + 1 + choose(documents.length - 1, seed, PURPOSE.otherDocument, document, sentence)) % documents.length;
  const count = documents[other]!.sentences.length;
  return { document: other, sentence: choose(count, seed, PURPOSE.otherSentence, document, sentence) };
}

/** Neither the sentence itself nor its successor. */
function ofSameDocument(documents: Documents, { document, sentence }: SentencePlace, seed: number): SentencePlace {
  const count = documents[document]!.sentences.length;
  const drawn = choose(count - 2, seed, PURPOSE.otherSentence, document, sentence);
  return { document, sentence: drawn < sentence ? drawn : drawn + 2 };
}

/** Both classes of a task, positive and negative in turns. Documents have at least three sentences. */
export function drawPairs(documents: Documents, task: PairTask, seed: number): SentencePair[] {
  return documents.flatMap(({ sentences }, document) =>
    sentences.slice(0, -1).flatMap((_, sentence): SentencePair[] => {
      const first = { document, sentence };
      const next = { document, sentence: sentence + 1 };
      const positive = { first, second: next, isPositive: true };
      if (task === 'sop') return [positive, { first: next, second: first, isPositive: false }];
      const second =
        task === 'nsp' ? ofAnotherDocument(documents, first, seed) : ofSameDocument(documents, first, seed);
      return [positive, { first, second, isPositive: false }];
    }),
  );
}
