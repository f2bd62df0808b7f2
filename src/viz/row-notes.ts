// One row of weights as notes: a higher pitch is a larger weight, left and right are the keys' positions, hidden keys are silent. Pure.
// The plan only; `ui/play-notes.ts` makes it sound. As in Highcharts and MAIDR, equal steps of weight are equal steps of pitch, not of
// frequency: that is how pitch is heard.

export const LOWEST_HZ = 220;
export const HIGHEST_HZ = 880;
/** More are pooled: shorter notes than 1/16 s cannot be told apart. */
const MOST_STEPS = 64;
const MOST_SECONDS = 4;
const STEP_SECONDS = 0.16;

export interface Note {
  /** The keys it stands for, half-open. Hidden ones among them are silent. */
  keys: readonly [number, number];
  /** The largest of their weights. */
  weight: number;
  frequencyHz: number;
  /** −1 is the first key, 1 the last. */
  pan: number;
  /** Seconds after the first note. */
  start: number;
}

export interface RowNotes {
  notes: readonly Note[];
  /** How long each note sounds, seconds. */
  step: number;
  /** Of all of it, seconds. */
  duration: number;
  /** At most this many seen keys are in one note. */
  pooled: number;
}

/** The seen keys in order, and a null where keys between them are hidden, however many. */
function seenKeys(count: number, isSeen: (key: number) => boolean): (number | null)[] {
  const seen: (number | null)[] = [];
  let last: number | null = null;
  for (let key = 0; key < count; key++) {
    if (!isSeen(key)) continue;
    if (last !== null && key > last + 1) seen.push(null);
    seen.push(key);
    last = key;
  }
  return seen;
}

/**
 * Notes of `weights` `[M]`. `top` is the weight of the highest pitch: rows that share it can be compared by ear. Hidden keys before the
 * first and after the last seen one take no time, a gap between them is a rest. A row that sees nothing has no notes.
 */
export function rowNotes(weights: ArrayLike<number>, isSeen: (key: number) => boolean, top: number): RowNotes {
  const seen = seenKeys(weights.length, isSeen);
  const pooled = Math.max(1, Math.ceil(seen.length / MOST_STEPS));
  const steps = Math.ceil(seen.length / pooled);
  const step = Math.min(STEP_SECONDS, MOST_SECONDS / Math.max(1, steps));
  const notes: Note[] = [];
  for (let at = 0; at < steps; at++) {
    const keys = seen.slice(at * pooled, (at + 1) * pooled).filter((key) => key !== null);
    if (keys.length === 0) continue;
    const [first, last] = [keys[0]!, keys.at(-1)!];
    const weight = Math.max(...keys.map((key) => weights[key]!));
    notes.push({
      keys: [first, last + 1],
      weight,
      frequencyHz: frequencyOf(weight, top),
      pan: weights.length > 1 ? (first + last) / (weights.length - 1) - 1 : 0,
      start: at * step,
    });
  }
  return { notes, step, duration: steps * step, pooled };
}

function frequencyOf(weight: number, top: number): number {
  const share = top > 0 ? Math.min(1, Math.max(0, weight / top)) : 0;
  return LOWEST_HZ * (HIGHEST_HZ / LOWEST_HZ) ** share;
}
