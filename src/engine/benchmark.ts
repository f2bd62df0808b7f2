// The benchmark of one device: its limits, then a grid of cases, backend after backend. The lengths of a family are sampled in
// turns, so that a machine that slows down slows all of them and not the growth between them. What cannot be measured becomes
// a gap and the run goes on; a report is given after each case. Called by the workbench, and by the benchmark programs with
// backends of their own.
import type { Backend } from '../contract/backend.ts';
import type {
  BenchmarkCase,
  BenchmarkGrowth,
  BenchmarkOptions,
  BenchmarkReport,
  BenchmarkRow,
} from '../contract/benchmark.ts';
import type { DevicePeak } from '../contract/device-peak.ts';
import type { BackendKind } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import { resolveProblem, type ResolvedProblem } from '../contract/problem.ts';
import { arithmeticIntensity, predictedExponent } from '../theory/attention-cost.ts';
import { fitPowerLaw } from '../theory/fit.ts';
import { boundBy, joinPeaks, rooflineOf, rooflineShare } from '../theory/roofline.ts';
import { median } from '../theory/statistics.ts';
import { MeasuredCase, overBudget, type Missing } from './benchmark-case.ts';
import { tuneProblem } from './tuning.ts';

type BackendOf = (kind: BackendKind) => Promise<Backend>;

function failure(error: unknown): Missing {
  if (error instanceof AttentionError) return { code: error.code, detail: error.detail };
  return { code: 'internal', detail: { reason: error instanceof Error ? error.message : String(error) } };
}

/** What a row's time is: the backend's own clock where it has one. */
const timesOf = ({ kernelMs, wallMs }: BenchmarkRow) => (kernelMs.length > 0 ? kernelMs : wallMs);

function setRoofline(row: BenchmarkRow, problem: ResolvedProblem, peak: DevicePeak): void {
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

/** Neighbouring cases of one family. */
function familiesOf(cases: readonly BenchmarkCase[]): BenchmarkCase[][] {
  const families: BenchmarkCase[][] = [];
  for (const one of cases) {
    const last = families.at(-1);
    if (last?.[0]?.family === one.family) last.push(one);
    else families.push([one]);
  }
  return families;
}

/** The benchmark of one backend: what it found so far goes into the report it shares with the others. */
class BackendBenchmark {
  readonly #kind: BackendKind;
  readonly #backendOf: BackendOf;
  readonly #options: BenchmarkOptions;
  readonly #report: BenchmarkReport;
  readonly #problems: ReadonlyMap<string, ResolvedProblem>;
  readonly #signal: AbortSignal;
  /** Families whose shorter case took too long already, and what it would have taken. */
  readonly #given = new Map<string, number>();

  constructor(
    kind: BackendKind,
    backendOf: BackendOf,
    options: BenchmarkOptions,
    report: BenchmarkReport,
    problems: ReadonlyMap<string, ResolvedProblem>,
    signal: AbortSignal,
  ) {
    this.#kind = kind;
    this.#backendOf = backendOf;
    this.#options = options;
    this.#report = report;
    this.#problems = problems;
    this.#signal = signal;
  }

  /** Before the cases and once more after them: a limit is the best that was ever reached. */
  async measurePeak(): Promise<void> {
    const { peaks, rows } = this.#report;
    try {
      const peak = await (await this.#backendOf(this.#kind)).measurePeak({ signal: this.#signal });
      const at = peaks.findIndex(({ backend }) => backend === this.#kind);
      if (at < 0) peaks.push(peak);
      else peaks[at] = joinPeaks(peaks[at]!, peak);
    } catch (error) {
      throwIfAborted(this.#signal);
      // Without a backend every case becomes a gap that says why.
      void error;
    }
    for (const row of rows) this.#setRoofline(row);
  }

  #setRoofline(row: BenchmarkRow): void {
    const peak = this.#report.peaks.find(({ backend }) => backend === this.#kind);
    if (peak && row.backend === this.#kind) setRoofline(row, this.#problems.get(row.case)!, peak);
  }

  #gap({ name, family }: BenchmarkCase, why: Missing): void {
    this.#report.gaps.push({ case: name, family, backend: this.#kind, ...why });
    if (why.code !== 'over-budget') return;
    this.#given.set(family, why.detail.numbers?.['estimateMs'] ?? this.#options.budgetMs);
  }

  /** What `act` gives, or null and a gap when it fails; only being abandoned ends the run. */
  async #guarded<T>(one: BenchmarkCase, act: () => Promise<T | Missing>): Promise<T | null> {
    try {
      const result = await act();
      if (!(typeof result === 'object' && result !== null && 'code' in result)) return result;
      this.#gap(one, result);
    } catch (error) {
      throwIfAborted(this.#signal);
      this.#gap(one, failure(error));
    }
    return null;
  }

  #open(one: BenchmarkCase): Promise<MeasuredCase | null> {
    return this.#guarded<MeasuredCase>(one, async () => {
      const { budgetMs, tune } = this.#options;
      // It would take at least as long as the shorter one.
      const known = this.#given.get(one.family);
      if (known !== undefined) return overBudget(known, budgetMs);
      const backend = await this.#backendOf(this.#kind);
      const problem = this.#problems.get(one.name)!;
      if (tune && !backend.tuner?.planOf(problem).record) await tuneProblem(backend, problem, { signal: this.#signal });
      return MeasuredCase.open(backend, one, problem, this.#options, this.#signal);
    });
  }

  /** One more case is done with. */
  async measureFamily(cases: readonly BenchmarkCase[], onCase: () => void): Promise<void> {
    const open = new Map<BenchmarkCase, MeasuredCase>();
    const drop = (one: BenchmarkCase) => {
      open.get(one)?.dispose();
      open.delete(one);
    };
    try {
      for (const one of cases) {
        throwIfAborted(this.#signal);
        const measured = await this.#open(one);
        if (measured) open.set(one, measured);
      }
      for (let round = 0; round < this.#options.samples; round++) await this.#sampleInTurns(open, drop, round);
      for (const one of cases) {
        throwIfAborted(this.#signal);
        const measured = open.get(one);
        const row = measured && (await this.#guarded<BenchmarkRow>(one, () => measured.finish(this.#signal)));
        drop(one);
        if (row) {
          this.#setRoofline(row);
          this.#report.rows.push(row);
        }
        onCase();
      }
    } finally {
      for (const measured of open.values()) measured.dispose();
    }
  }

  async #sampleInTurns(
    open: ReadonlyMap<BenchmarkCase, MeasuredCase>,
    drop: (one: BenchmarkCase) => void,
    round: number,
  ): Promise<void> {
    const entries = [...open];
    // A different one begins each round.
    const shift = entries.length > 0 ? round % entries.length : 0;
    for (const [one, measured] of [...entries.slice(shift), ...entries.slice(0, shift)]) {
      if (!measured.wantsSample(this.#options)) continue;
      const isWell = await this.#guarded(one, () => measured.sample(this.#signal).then(() => true));
      if (!isWell) drop(one);
    }
  }
}

export async function runBenchmark(
  options: BenchmarkOptions,
  backendOf: BackendOf,
  signal: AbortSignal,
  onReport: (report: BenchmarkReport, done: number) => void,
): Promise<void> {
  const problems = new Map(options.cases.map((one) => [one.name, resolveProblem(one.problem)]));
  const report = emptyReport();
  const steps = options.backends.length * (options.cases.length + 2);
  let done = 0;
  const tell = () => {
    report.growth = growthOf(report.rows, problems);
    onReport(structuredClone(report), ++done / steps);
  };
  for (const kind of options.backends) {
    throwIfAborted(signal);
    const benchmark = new BackendBenchmark(kind, backendOf, options, report, problems, signal);
    await benchmark.measurePeak();
    tell();
    for (const cases of familiesOf(options.cases)) await benchmark.measureFamily(cases, tell);
    await benchmark.measurePeak();
    tell();
  }
}
