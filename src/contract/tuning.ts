// What a backend's tuner says and is asked: which plan a problem runs by, and what a trial of the others gave. Types only.
// A plan is one way to compute the same answer: which kernel, how many rows and keys at a time, how rows are reduced.

/** How one candidate did. */
export interface PlanTrial {
  /** The plan's name, e.g. `rows 8×2` or `tiles 64×16`. */
  plan: string;
  /** Milliseconds per run, one entry per sample, taken in turns with the other candidates; empty when it never got that far. */
  samples: number[];
  clock: 'kernel' | 'wall';
  /** `chosen`: in use from now on. `wrong`: outside the error gate, never timed. `failed`: did not compile or run. */
  verdict: 'chosen' | 'slower' | 'wrong' | 'failed';
  /** Largest error over the gate allowed for it; at most 1 for a right answer. Null when it did not run. */
  errorShare: number | null;
  /** Why it failed. */
  reason?: string;
}

/** How a picture of a whole head made in passing, while attention runs, did beside one made afterwards. */
export interface PictureTrial {
  /** Keys of a block: where passing is `chosen`, it is for pictures whose blocks hold at least so many. */
  blockKeys: number;
  /** Milliseconds of attention and picture, one entry per round, taken in turns. */
  afterMs: number[];
  passingMs: number[];
  verdict: PlanTrial['verdict'];
  /** Largest error of picture, output and log-sum-exp over the gate allowed for it. Null when it did not run. */
  errorShare: number | null;
  /** Why it failed. */
  reason?: string;
}

/** The outcome of one tuning: plain data, kept between visits. */
export interface TuneRecord {
  /** Problems that share a plan, e.g. `full d64 n1024 h8 f32`. */
  problemClass: string;
  plan: string;
  defaultPlan: string;
  /** The default's median time over the chosen plan's: 1 when the default stays. */
  gain: number;
  trials: PlanTrial[];
  /** Absent where no picture can be made in passing, or one of blocks large enough to gain by it. */
  picture?: PictureTrial;
  /** ISO 8601. */
  measuredAt: string;
}

export interface PlanInUse {
  problemClass: string;
  plan: string;
  defaultPlan: string;
  /** Null for a default that nobody has tried against others here. */
  record: TuneRecord | null;
}
