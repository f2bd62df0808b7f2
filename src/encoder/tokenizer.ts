// SentencePiece unigram tokenization (Kudo 2018): of all ways to cut the text into pieces, the one with the highest sum of
// scores, found by Viterbi's algorithm over a trie. Same cuts and ids as the tokenizer the model was published with for the
// browser: NFKC, every space a `▁` (none collapsed), one `▁` in front, unknown characters in a row become one token.
import type { Tokens } from '../contract/encoder.ts';

/** Pieces by id with their scores (log probabilities). Id 0 is the unknown token. */
export type Vocabulary = readonly (readonly [piece: string, score: number])[];

const SPACE_MARK = '▁';
const UNKNOWN = 0;

interface TrieNode {
  readonly next: Map<string, TrieNode>;
  /** The piece that ends here, -1 for none. */
  id: number;
}

const emptyNode = (): TrieNode => ({ next: new Map(), id: -1 });

/** The control tokens a text cannot produce: the leading entries without a score. */
function reservedCount(vocabulary: Vocabulary): number {
  const first = vocabulary.findIndex(([, score]) => score !== 0);
  return first === -1 ? vocabulary.length : first;
}

function buildTrie(vocabulary: Vocabulary): TrieNode {
  const root = emptyNode();
  for (let id = reservedCount(vocabulary); id < vocabulary.length; id++) {
    let node = root;
    for (const symbol of vocabulary[id]![0]) {
      let next = node.next.get(symbol);
      if (next === undefined) node.next.set(symbol, (next = emptyNode()));
      node = next;
    }
    // The vocabulary holds one piece twice; as in the original the later id stands.
    node.id = id;
  }
  return root;
}

function symbolsOf(text: string): string[] {
  const normalized = text.normalize('NFKC');
  return normalized === '' ? [] : [SPACE_MARK, ...normalized.replaceAll(' ', SPACE_MARK)];
}

/** Time grows linearly with the text: from each character the trie is followed for at most the longest piece. */
export class Tokenizer {
  readonly #vocabulary: Vocabulary;
  readonly #root: TrieNode;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#root = buildTrie(vocabulary);
  }

  tokenize(text: string): Tokens {
    const ids = this.#bestCut(symbolsOf(text));
    return { ids, pieces: ids.map((id) => this.#vocabulary[id]![0]) };
  }

  /** Characters that no piece holds, each once, in order: those and only those end in an unknown token. */
  unknownCharacters(text: string): string[] {
    return [...new Set(symbolsOf(text).filter((symbol) => !this.#root.next.has(symbol)))];
  }

  #bestCut(symbols: string[]): number[] {
    const length = symbols.length;
    // As in the published tokenizer a sum of exactly 0 counts as not reached: `▁:`, whose score is 0, never opens a text.
    const best = new Float64Array(length + 1);
    const lastId = new Int32Array(length + 1);
    const lastStart = new Int32Array(length + 1);
    const offer = (start: number, end: number, id: number, score: number) => {
      if (best[end] !== 0 && score < best[end]!) return;
      best[end] = score;
      lastId[end] = id;
      lastStart[end] = start;
    };
    for (let start = 0; start < length; start++) {
      // Every single character of a piece is a piece too, so only a character that starts none is unknown.
      if (!this.#offerPieces(symbols, start, best[start]!, offer)) offer(start, start + 1, UNKNOWN, best[start]!);
    }
    const ids: number[] = [];
    for (let end = length; end > 0; end = lastStart[end]!) {
      const id = lastId[end]!;
      if (id !== UNKNOWN || ids.at(-1) !== UNKNOWN) ids.push(id);
    }
    return ids.reverse();
  }

  #offerPieces(
    symbols: string[],
    start: number,
    score: number,
    offer: (start: number, end: number, id: number, score: number) => void,
  ): boolean {
    let found = false;
    let node = this.#root.next.get(symbols[start]!);
    for (let end = start + 1; node !== undefined; end++) {
      if (node.id >= 0) {
        found = true;
        offer(start, end, node.id, score + this.#vocabulary[node.id]![1]);
      }
      node = end < symbols.length ? node.next.get(symbols[end]!) : undefined;
    }
    return found;
  }
}
