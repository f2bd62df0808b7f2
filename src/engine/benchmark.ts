// The benchmark of one device: its limits, then a grid of cases, backend after backend. Every answer is held to float64 before
// its time counts. What cannot be measured becomes a gap and the run goes on; a report is given after each case.
// Called by the workbench, and by the benchmark programs with backends of their own.
import type { Backend, PreparedProblem } from '../contract/backend.ts';
import type {
  BenchmarkCase,
  BenchmarkGap,
  BenchmarkGrowth,
  BenchmarkOptions,
  BenchmarkReport,
  BenchmarkRow,
} from '../contract/benchmark.ts';
import type { DevicePeak } from '../contract/device-peak.ts';
import { deviceName } from '../contract/device-name.ts';
import type { BackendKind } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import { resolveProblem, tensorSizes, type AttentionTensors, type ResolvedProblem } from '../contract/problem.ts';
import { visiblePairs } from '../contract/visibility.ts';
import { drawSignal } from '../data/synthetic.ts';
import { arithmeticIntensity, bytes, flops, predictedExponent } from '../theory/attention-cost.ts';
import { fitPowerLaw } from '../theory/fit.ts';
import { roundToHalf } from '../theory/half-precision.ts';
import { boundBy, rooflineOf, rooflineShare } from '../theory/roofline.ts';
import { median } from '../theory/statistics.ts';
import { rowSteps } from './row-steps.ts';
import { runsPerSample, timedRun } from './timed-runs.ts';
import { tuneProblem } from './tuning.ts';

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

type BackendOf = (kind: BackendKind) => Promise<Backend>;

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

function overBudget(estimateMs: number, budgetMs: number): Pick<BenchmarkGap, 'code' | 'detail'> {
  return { code: 'over-budget', detail: { numbers: { estimateMs, budgetMs } } };
}

function failure(error: unknown): Pick<BenchmarkGap, 'code' | 'detail'> {
  if (error instanceof AttentionError) return { code: error.code, detail: error.detail };
  return { code: 'internal', detail: { reason: error instanceof Error ? error.message : String(error) } };
}

/** Takes the samples of a prepared problem, or says that they do not fit the budget. */
async function sample(
  prepared: PreparedProblem,
  row: BenchmarkRow,
  options: BenchmarkOptions,
  signal: AbortSignal,
): Promise<Pick<BenchmarkGap, 'code' | 'detail'> | null> {
  let last = await timedRun(prepared, 1, signal);
  for (let run = 1; run < WARM_UPS; run++) {
    const estimateMs = last.workMs * (WARM_UPS - run + FEWEST_SAMPLES);
    if (estimateMs > options.budgetMs) return overBudget(estimateMs, options.budgetMs);
    last = await timedRun(prepared, 1, signal);
  }
  row.timerResolutionMs = last.timerResolution ?? null;
  row.runsPerSample = runsPerSample(last.kernelMs ?? last.wallMs, row.timerResolutionMs, SAMPLE_MS);
  const startMs = performance.now();
  for (let taken = 0; taken < options.samples; taken++) {
    throwIfAborted(signal);
    if (taken >= FEWEST_SAMPLES && performance.now() - startMs > options.budgetMs) break;
    const { wallMs, kernelMs } = await timedRun(prepared, row.runsPerSample, signal);
    row.wallMs.push(wallMs);
    if (kernelMs !== undefined) row.kernelMs.push(kernelMs);
  }
  return null;
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

/** Upload, samples and read-back of one case; the tensors are freed whatever happens. */
async function measureCase(
  backend: Backend,
  one: BenchmarkCase,
  problem: ResolvedProblem,
  options: BenchmarkOptions,
  signal: AbortSignal,
): Promise<BenchmarkRow | Pick<BenchmarkGap, 'code' | 'detail'>> {
  const { heads, queryLength: length, headDim } = problem;
  backend.requireRoom(problem);
  const sizes = tensorSizes(problem);
  const drawn = drawSignal('random', 1, { heads, length, headDim });
  const tensors = { q: drawn.q.subarray(0, sizes.q), k: drawn.k.subarray(0, sizes.k), v: drawn.v.subarray(0, sizes.v) };
  const row = emptyRow(one, backend, problem);
  const upload = async () => {
    const startMs = performance.now();
    const resident = await backend.upload(problem, tensors, { signal });
    row.uploadMs.push(resident.timing.upload ?? performance.now() - startMs);
    return resident;
  };
  for (let transfer = 1; transfer < TRANSFERS; transfer++) (await upload()).dispose();
  const resident = await upload();
  try {
    const prepared = await backend.prepare(problem, resident);
    try {
      const gap = await sample(prepared, row, options, signal);
      if (gap) return gap;
      await samplePictures(prepared, row, signal);
      for (let transfer = 0; transfer < TRANSFERS; transfer++) {
        const startMs = performance.now();
        const { output, timing } = await prepared.read({ signal });
        row.readbackMs.push(timing.readback ?? performance.now() - startMs);
        if (transfer === 0) row.largestError = largestError(problem, tensors, output);
      }
      if (!(row.largestError <= LARGEST_ERROR))
        return {
          code: 'internal',
          detail: { reason: 'wrong-answer', value: row.largestError, allowed: `at most ${LARGEST_ERROR}` },
        };
      return row;
    } finally {
      prepared.dispose();
    }
  } finally {
    resident.dispose();
  }
}

/** What a row's time is: the backend's own clock where it has one. */
const timesOf = ({ kernelMs, wallMs }: BenchmarkRow) => (kernelMs.length > 0 ? kernelMs : wallMs);

function setRoofline(row: BenchmarkRow, problem: ResolvedProblem, peak: DevicePeak | undefined): void {
  if (!peak) return;
  const roofline = rooflineOf(peak);
  const intensity = arithmeticIntensity(problem);
  row.rooflineShare = rooflineShare(roofline, intensity, (row.flops * 1000) / median(timesOf(row)));
  row.boundBy = boundBy(roofline, intensity);
}

/** Growth of every family with at least three lengths on a backend. */
function growthOf(rows: BenchmarkRow[], problems: Map<string, ResolvedProblem>): BenchmarkGrowth[] {
  const found: BenchmarkGrowth[] = [];
  for (const backend of new Set(rows.map((row) => row.backend)))
    for (const family of new Set(rows.map((row) => row.family))) {
      const own = rows.filter((row) => row.backend === backend && row.family === family);
      const lengths = own.map((row) => row.queryLength);
      const law = own.length < 3 ? null : fitPowerLaw(lengths, own.map((row) => median(timesOf(row)))); // prettier-ignore
      if (!law) continue;
      found.push({
        family,
        backend,
        clock: own[0]!.kernelMs.length > 0 ? 'kernel' : 'wall',
        exponent: law.exponent,
        standardError: law.exponentError,
        predicted: predictedExponent(problems.get(own[0]!.case)!, lengths),
      });
    }
  return found;
}

function emptyReport(): BenchmarkReport {
  const { userAgent = 'Node', hardwareConcurrency = 1 } = globalThis.navigator ?? {};
  const date = new Date().toISOString();
  const lists = { peaks: [], rows: [], gaps: [], growth: [] };
  return { schema: 'attention-lab/benchmark/1', date, userAgent, hardwareConcurrency, ...lists };
}

export async function runBenchmark(
  options: BenchmarkOptions,
  backendOf: BackendOf,
  signal: AbortSignal,
  onReport: (report: BenchmarkReport, done: number) => void,
): Promise<void> {
  const problems = new Map(options.cases.map((one) => [one.name, resolveProblem(one.problem)]));
  const report = emptyReport();
  const steps = options.backends.length * (options.cases.length + 1);
  let done = 0;
  const tell = () => {
    report.growth = growthOf(report.rows, problems);
    onReport(structuredClone(report), ++done / steps);
  };
  for (const kind of options.backends) {
    /** Families whose shorter case took too long already. */
    const given = new Map<string, number>();
    let peak: DevicePeak | undefined;
    try {
      peak = await (await backendOf(kind)).measurePeak({ signal });
      report.peaks.push(peak);
    } catch (error) {
      throwIfAborted(signal);
      // Without a backend every case below becomes a gap that says why.
      void error;
    }
    tell();
    for (const one of options.cases) {
      throwIfAborted(signal);
      const problem = problems.get(one.name)!;
      const gap = (why: Pick<BenchmarkGap, 'code' | 'detail'>) => {
        report.gaps.push({ case: one.name, family: one.family, backend: kind, ...why });
        if (why.code === 'over-budget') given.set(one.family, why.detail.numbers?.['estimateMs'] ?? options.budgetMs);
      };
      try {
        // It would take at least as long as the shorter one.
        const known = given.get(one.family);
        if (known !== undefined) gap(overBudget(known, options.budgetMs));
        else {
          const backend = await backendOf(kind);
          if (options.tune && !backend.tuner?.planOf(problem).record) await tuneProblem(backend, problem, { signal });
          const result = await measureCase(backend, one, problem, options, signal);
          if ('code' in result) gap(result);
          else {
            setRoofline(result, problem, peak);
            report.rows.push(result);
          }
        }
      } catch (error) {
        throwIfAborted(signal);
        gap(failure(error));
      }
      tell();
    }
  }
}
