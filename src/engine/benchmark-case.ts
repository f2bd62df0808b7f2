// One case of the benchmark on one backend: uploaded and prepared, sampled whenever its turn comes, then finished or given up.
// Every answer is held to float64 before its time counts. Called by `benchmark.ts`, which owns it and disposes of it.
import type { Backend, PreparedProblem, ResidentTensors } from '../contract/backend.ts';
import type { BenchmarkCase, BenchmarkGap, BenchmarkOptions, BenchmarkRow } from '../contract/benchmark.ts';
import { deviceName } from '../contract/device-name.ts';
import { throwIfAborted } from '../contract/errors.ts';
import { tensorSizes, type AttentionTensors, type ResolvedProblem } from '../contract/problem.ts';
import { visiblePairs } from '../contract/visibility.ts';
import { drawSignal } from '../data/synthetic.ts';
import { bytes, flops } from '../theory/attention-cost.ts';
import { roundToHalf } from '../theory/half-precision.ts';
import { rowSteps } from './row-steps.ts';
import { runsPerSample, timedRun } from './timed-runs.ts';

const WARM_UPS = 2;
const FEWEST_SAMPLES = 3;
const TRANSFERS = 3;
const SAMPLE_MS = 20;
const PICTURES = 3;
const PICTURE_SIZE = 512;
/** Rows of each head that are computed anew in float64. */
const CHECKED_ROWS = 3;
/** Outputs here are means of numbers around 1; float32 kernels stay far below this. */
const LARGEST_ERROR = 1e-4;

export type Missing = Pick<BenchmarkGap, 'code' | 'detail'>;

/** Largest |output − float64| over a few rows: the first, the last and one between, of the first and the last head. */
function largestError(problem: ResolvedProblem, tensors: AttentionTensors, output: Float32Array): number {
  const { heads, queryLength: N, headDim: D } = problem;
  const round = problem.storage === 'f16' ? roundToHalf : (x: Float32Array) => x;
  const stored = { q: round(tensors.q), k: round(tensors.k), v: round(tensors.v) };
  let worst = 0;
  for (const head of new Set([0, heads - 1]))
    for (let check = 0; check < CHECKED_ROWS; check++) {
      const query = Math.round((check * (N - 1)) / (CHECKED_ROWS - 1));
      const exact = rowSteps(problem, stored, head, query).output;
      for (let x = 0; x < D; x++) {
        const error = Math.abs(output[(head * N + query) * D + x]! - exact[x]!);
        if (!(error <= worst)) worst = error;
      }
    }
  return worst;
}

export function overBudget(estimateMs: number, budgetMs: number): Missing {
  return { code: 'over-budget', detail: { numbers: { estimateMs, budgetMs } } };
}

function emptyRow(one: BenchmarkCase, backend: Backend, problem: ResolvedProblem): BenchmarkRow {
  const { heads, queryLength, headDim, storage } = problem;
  return {
    case: one.name,
    family: one.family,
    backend: backend.info.kind,
    device: deviceName(backend.info),
    plan: backend.tuner?.planOf(problem).plan ?? null,
    heads,
    queryLength,
    headDim,
    storage,
    pairs: visiblePairs(problem),
    kernelMs: [],
    wallMs: [],
    uploadMs: [],
    readbackMs: [],
    pictureMs: [],
    warmUps: WARM_UPS,
    runsPerSample: 1,
    timerResolutionMs: null,
    flops: flops(problem),
    bytes: bytes(problem),
    rooflineShare: null,
    boundBy: null,
    largestError: NaN,
  };
}

/** Pictures of the first head's weights, after one that is not counted. */
async function samplePictures(prepared: PreparedProblem, row: BenchmarkRow, signal: AbortSignal): Promise<void> {
  const { queryLength: N, keyLength: M } = prepared.problem;
  const size = Math.min(PICTURE_SIZE, N, M);
  const everything = { rows: [0, N] as [number, number], columns: [0, M] as [number, number] };
  const view = { head: 0, ...everything, height: size, width: size, pooling: 'max' as const };
  for (let picture = 0; picture <= PICTURES; picture++) {
    const startMs = performance.now();
    const { timing } = await prepared.weights(view, { signal });
    if (picture > 0) row.pictureMs.push(timing.kernel ?? performance.now() - startMs);
  }
}

export class MeasuredCase {
  readonly problem: ResolvedProblem;
  readonly #row: BenchmarkRow;
  readonly #tensors: AttentionTensors;
  readonly #resident: ResidentTensors;
  readonly #prepared: PreparedProblem;
  #spentMs = 0;

  private constructor(
    row: BenchmarkRow,
    tensors: AttentionTensors,
    resident: ResidentTensors,
    prepared: PreparedProblem,
  ) {
    this.problem = prepared.problem;
    this.#row = row;
    this.#tensors = tensors;
    this.#resident = resident;
    this.#prepared = prepared;
  }

  /** Uploads, prepares and warms up, or says that the samples do not fit the budget. */
  static async open(
    backend: Backend,
    one: BenchmarkCase,
    problem: ResolvedProblem,
    options: BenchmarkOptions,
    signal: AbortSignal,
  ): Promise<MeasuredCase | Missing> {
    const { heads, queryLength: length, headDim } = problem;
    backend.requireRoom(problem);
    const sizes = tensorSizes(problem);
    const drawn = drawSignal('random', 1, { heads, length, headDim });
    const tensors = {
      q: drawn.q.subarray(0, sizes.q),
      k: drawn.k.subarray(0, sizes.k),
      v: drawn.v.subarray(0, sizes.v),
    };
    const row = emptyRow(one, backend, problem);
    const upload = async () => {
      const startMs = performance.now();
      const resident = await backend.upload(problem, tensors, { signal });
      row.uploadMs.push(resident.timing.upload ?? performance.now() - startMs);
      return resident;
    };
    for (let transfer = 1; transfer < TRANSFERS; transfer++) (await upload()).dispose();
    const resident = await upload();
    let opened: MeasuredCase | null = null;
    try {
      const prepared = await backend.prepare(problem, resident);
      opened = new MeasuredCase(row, tensors, resident, prepared);
      const missing = await opened.#warmUp(options, signal);
      if (missing === null) return opened;
      opened.dispose();
      return missing;
    } catch (error) {
      if (opened) opened.dispose();
      else resident.dispose();
      throw error;
    }
  }

  async #warmUp({ budgetMs }: BenchmarkOptions, signal: AbortSignal): Promise<Missing | null> {
    const row = this.#row;
    let last = await timedRun(this.#prepared, 1, signal);
    for (let run = 1; run < WARM_UPS; run++) {
      const estimateMs = last.workMs * (WARM_UPS - run + FEWEST_SAMPLES);
      if (estimateMs > budgetMs) return overBudget(estimateMs, budgetMs);
      last = await timedRun(this.#prepared, 1, signal);
    }
    row.timerResolutionMs = last.timerResolution ?? null;
    row.runsPerSample = runsPerSample(last.kernelMs ?? last.wallMs, row.timerResolutionMs, SAMPLE_MS);
    return null;
  }

  wantsSample({ samples, budgetMs }: BenchmarkOptions): boolean {
    const taken = this.#row.wallMs.length;
    return taken < samples && (taken < FEWEST_SAMPLES || this.#spentMs <= budgetMs);
  }

  async sample(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const startMs = performance.now();
    const { wallMs, kernelMs } = await timedRun(this.#prepared, this.#row.runsPerSample, signal);
    this.#spentMs += performance.now() - startMs;
    this.#row.wallMs.push(wallMs);
    if (kernelMs !== undefined) this.#row.kernelMs.push(kernelMs);
  }

  /** Pictures and read-backs; the row, unless the answer is wrong. */
  async finish(signal: AbortSignal): Promise<BenchmarkRow | Missing> {
    const row = this.#row;
    await samplePictures(this.#prepared, row, signal);
    for (let transfer = 0; transfer < TRANSFERS; transfer++) {
      const startMs = performance.now();
      const { output, timing } = await this.#prepared.read({ signal });
      row.readbackMs.push(timing.readback ?? performance.now() - startMs);
      if (transfer === 0) row.largestError = largestError(this.problem, this.#tensors, output);
    }
    if (row.largestError <= LARGEST_ERROR) return row;
    const allowed = `at most ${LARGEST_ERROR}`;
    return { code: 'internal', detail: { reason: 'wrong-answer', value: row.largestError, allowed } };
  }

  dispose(): void {
    this.#prepared.dispose();
    this.#resident.dispose();
  }
}
