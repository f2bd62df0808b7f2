// What the books predict of masks: words left half hidden, lengths of spans, tokens ever seen as a target. Shares are 0…1. Pure.
// Numbers to compare with are measured in `mask-statistics.ts`.

/** SpanBERT's span lengths in words (Joshi et al. 2020, §3.1). */
export const SPAN_P = 0.2;
export const LONGEST_SPAN = 10;

/**
 * `[LONGEST_SPAN]`: probability of a span of 1, 2, … words: geometric, cut off at ten and scaled to sum to one, as the authors' code does.
 * (Moving the longer ones to ten instead would give a mean of 4.46, not the paper's 3.8.)
 */
export function spanLengthShares(p = SPAN_P, longest = LONGEST_SPAN): number[] {
  const kept = 1 - (1 - p) ** longest;
  return Array.from({ length: longest }, (_, n) => (p * (1 - p) ** n) / kept);
}

export function meanSpanLength(p = SPAN_P, longest = LONGEST_SPAN): number {
  return spanLengthShares(p, longest).reduce((sum, share, n) => sum + share * (n + 1), 0);
}

/** Share of words of 1 … 4 that MacBERT hides together (Cui et al. 2020), our lengths for phrases. */
export const PHRASE_SHARES = [0.4, 0.3, 0.2, 0.1] as const;

/** Chance that none of `some` given pieces is among `picked` of `pieces`, drawn without putting back. */
function noneOf(pieces: number, picked: number, some: number): number {
  let chance = 1;
  for (let n = 0; n < some; n++) chance *= Math.max(0, pieces - picked - n) / (pieces - n);
  return chance;
}

/** Chance that all of `some` given pieces are among the picked. */
function allOf(pieces: number, picked: number, some: number): number {
  let chance = 1;
  for (let n = 0; n < some; n++) chance *= Math.max(0, picked - n) / (pieces - n);
  return chance;
}

/** Chance that a word of `size` pieces is picked in part, when `picked` of `pieces` are drawn one by one. Hypergeometric. */
export function partlyPicked(pieces: number, picked: number, size: number): number {
  return 1 - noneOf(pieces, picked, size) - allOf(pieces, picked, size);
}

/** Chance that it is picked at all. */
export function touched(pieces: number, picked: number, size: number): number {
  return 1 - noneOf(pieces, picked, size);
}

/** Share of tokens that are a target at least once in `masks` independent masks. */
export function everPredicted(share: number, masks: number): number {
  return 1 - (1 - share) ** masks;
}

/** How many of `draws` masks differ, when each is one of `kinds` alike likely ones. `kinds` may be Infinity. */
export function distinctMasks(kinds: number, draws: number): number {
  return Number.isFinite(kinds) ? kinds * -Math.expm1(draws * Math.log1p(-1 / kinds)) : draws;
}

/** Ways to pick `picked` of `pieces`; Infinity beyond what a number holds. */
export function waysToPick(pieces: number, picked: number): number {
  let ways = 1;
  for (let n = 1; n <= Math.min(picked, pieces - picked); n++) {
    ways *= (pieces - n + 1) / n;
    if (ways > 1e300) return Infinity;
  }
  return Math.round(ways);
}

/**
 * Pieces per run of hidden neighbours when `picked` of `pieces` lie at random: a run begins at a hidden piece behind a visible one or the
 * edge, picked · (pieces − picked + 1) / pieces times on average.
 */
export function meanRun(pieces: number, picked: number): number {
  return pieces / (pieces - picked + 1);
}
