// How good answers among K classes are: confusion matrix, accuracy, F1, with intervals; and two baselines that know nothing of meaning.
// Classes are indices. Pure. Called by the zero-shot lab and its bench.

/** Counts `[K, K]`: row the true class, column the answer. An answer of -1 (none) counts in no column. */
export function confusionMatrix(truth: readonly number[], answers: readonly number[], classes: number): Uint32Array {
  const counts = new Uint32Array(classes * classes);
  truth.forEach((actual, index) => {
    const answer = answers[index]!;
    if (answer >= 0) counts[actual * classes + answer]!++;
  });
  return counts;
}

/** Share of right answers; NaN of none. */
export function accuracy(truth: readonly number[], answers: readonly number[]): number {
  return truth.filter((actual, index) => actual === answers[index]).length / truth.length;
}

/** 2·TP / (2·TP + FP + FN) of each class; 0 where that divides by 0: a class that neither is nor was answered. */
export function f1Scores(truth: readonly number[], answers: readonly number[], classes: number): number[] {
  return Array.from({ length: classes }, (_, one) => {
    let [right, wrong] = [0, 0];
    truth.forEach((actual, index) => {
      const answer = answers[index];
      if (actual === one && answer === one) right++;
      else if (actual === one || answer === one) wrong++;
    });
    return right === 0 ? 0 : (2 * right) / (2 * right + wrong);
  });
}

/** The mean of the classes' F1. */
export function macroF1(truth: readonly number[], answers: readonly number[], classes: number): number {
  return f1Scores(truth, answers, classes).reduce((sum, score) => sum + score, 0) / classes;
}

export type Interval = readonly [low: number, high: number];

/** Wilson's 95 % interval of a share (Wilson 1927). */
export function wilson(right: number, count: number, z = 1.959964): Interval {
  const share = right / count;
  const scale = 1 / (1 + z ** 2 / count);
  const middle = scale * (share + z ** 2 / (2 * count));
  const half = scale * z * Math.sqrt((share * (1 - share)) / count + z ** 2 / (4 * count ** 2));
  return [middle - half, middle + half];
}

/** Seeded 32-bit numbers (Steele, Lea & Flood 2014, SplitMix, in its 32-bit form). */
function* indices(seed: number, below: number): Generator<number, never> {
  let state = seed >>> 0;
  while (true) {
    state = (state + 0x9e3779b9) >>> 0;
    let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    yield Math.floor((((x ^ (x >>> 15)) >>> 0) / 2 ** 32) * below);
  }
}

/**
 * The 95 % percentile interval of a statistic over texts drawn again with replacement (Efron & Tibshirani 1993, §13.3). The statistic gets
 * the places of the drawn texts: two systems compared on the same places are a paired comparison.
 */
export function bootstrapInterval(
  count: number,
  statistic: (places: readonly number[]) => number,
  { rounds = 2000, seed = 1 }: { rounds?: number; seed?: number } = {},
): Interval {
  const draw = indices(seed, count);
  const found = Float64Array.from({ length: rounds }, () =>
    statistic(Array.from({ length: count }, () => draw.next().value)),
  ).sort();
  return [found[Math.floor(0.025 * (rounds - 1))]!, found[Math.ceil(0.975 * (rounds - 1))]!];
}

/** The commonest class, the first of equals, for every text. */
export function majorityAnswers(truth: readonly number[], classes: number): number[] {
  const counts = Array.from({ length: classes }, (_, one) => truth.filter((actual) => actual === one).length);
  const commonest = counts.indexOf(Math.max(...counts));
  return truth.map(() => commonest);
}

/** English words that say nothing of a topic: left out, or the baseline would answer by them. */
const EMPTY_WORDS = new Set(
  (
    'a about after all an and any are as at be been before but by can could did do does for from had has have he her him his ' +
    'how i in into is it its me more most my no not of off on one only or our out over she should so some such than that the ' +
    'their them then there these they this to too two under up us very was we were what when which who will with would you your'
  ).split(' '),
);

/** Runs of letters, lower case, without empty words, each with its count. */
export function wordCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu))
    if (!EMPTY_WORDS.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function wordCosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const square = (counts: ReadonlyMap<string, number>) =>
    [...counts.values()].reduce((sum, count) => sum + count * count, 0);
  let dot = 0;
  for (const [word, count] of a) dot += count * (b.get(word) ?? 0);
  return dot === 0 ? 0 : dot / Math.sqrt(square(a) * square(b));
}

/** Cosines `[texts, labels]` of word counts: what the letters alone tell. Where no word is shared all are 0. */
export function wordCosines(texts: readonly string[], labels: readonly string[]): Float32Array {
  const labelCounts = labels.map(wordCounts);
  const cosines = new Float32Array(texts.length * labels.length);
  texts.forEach((text, row) => {
    const counts = wordCounts(text);
    labelCounts.forEach((label, column) => (cosines[row * labels.length + column] = wordCosine(counts, label)));
  });
  return cosines;
}
