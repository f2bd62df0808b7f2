// Full and windowed attention on the same resident tensors, with the outputs' difference.
// Windowed runs first: it is the cheaper one, and the page shows it while the full one is still on its way.
import type { Backend, PreparedProblem, ResidentTensors, RowStatistics, RunControl } from '../contract/backend.ts';
import type { WeightsView } from '../contract/engine.ts';
import { throwIfAborted } from '../contract/errors.ts';
import { resolveProblem, type AttentionMask, type ResolvedProblem } from '../contract/problem.ts';
import { visiblePairs } from '../contract/visibility.ts';
import type { ComputeProgress, OutputError, Variant, VariantSummary } from '../contract/workbench.ts';
import { callTiming } from './call-timing.ts';
import type { Cut } from './cut-source.ts';
import { outputError } from './output-error.ts';
import { rowSteps, scoresOfRow, type RowArithmetic } from './row-steps.ts';
import type { ShownPair } from './shown-pair.ts';

/** The two problems of a setting: the full one keeps only `causal`. */
export function pairProblems(cut: Cut, mask: AttentionMask): Record<Variant, ResolvedProblem> {
  return {
    full: resolveProblem({ ...cut.shape, mask: { causal: mask.causal } }),
    windowed: resolveProblem({ ...cut.shape, mask }),
  };
}

interface Ran {
  readonly prepared: PreparedProblem;
  readonly output: Float32Array;
  readonly logSumExp: Float32Array;
  readonly summary: VariantSummary;
}

async function runVariant(
  backend: Backend,
  problem: ResolvedProblem,
  resident: ResidentTensors,
  control: RunControl,
): Promise<Ran> {
  const startMs = performance.now();
  const prepared = await backend.prepare(problem, resident);
  try {
    const { output, logSumExp, timing } = await prepared.runAndRead(control);
    const wall = performance.now() - startMs;
    const summary = { pairs: visiblePairs(problem), timing: callTiming(problem, wall, [resident.timing, timing]) };
    return { prepared, output, logSumExp, summary };
  } catch (error) {
    prepared.dispose();
    throw error;
  }
}

type Kept = Omit<Ran, 'output'>;

export class AttentionPair implements ShownPair {
  readonly backend: Backend;
  readonly error: OutputError;
  readonly heads: number;
  readonly queryLength: number;
  readonly keyLength: number;
  readonly #cut: Cut;
  readonly #resident: ResidentTensors;
  readonly #variants: Record<Variant, Kept>;
  readonly #statistics: Partial<Record<Variant, RowStatistics>> = {};

  private constructor(backend: Backend, cut: Cut, resident: ResidentTensors, variants: Record<Variant, Ran>) {
    const { full, windowed } = variants;
    this.backend = backend;
    this.heads = resident.heads;
    this.queryLength = resident.queryLength;
    this.keyLength = resident.keyLength;
    this.error = outputError(full.output, windowed.output, resident);
    this.#cut = cut;
    this.#resident = resident;
    this.#variants = { full: keptOf(full), windowed: keptOf(windowed) };
  }

  /** Runs both variants. Holds nothing when it fails. */
  static async compute(
    backend: Backend,
    cut: Cut,
    mask: AttentionMask,
    signal: AbortSignal,
    onProgress: (progress: ComputeProgress) => void,
  ): Promise<AttentionPair> {
    const problems = pairProblems(cut, mask);
    backend.requireRoom(problems.full);
    const resident = await backend.upload(problems.full, cut.tensors, { signal });
    const prepared: PreparedProblem[] = [];
    try {
      const pairs = { full: visiblePairs(problems.full), windowed: visiblePairs(problems.windowed) };
      const share = pairs.windowed / Math.max(1, pairs.full + pairs.windowed);
      const run = async (variant: Variant, from: number, to: number) => {
        const report = (done: number) => onProgress({ variant, done: from + (to - from) * done });
        const ran = await runVariant(backend, problems[variant], resident, { signal, onProgress: report });
        prepared.push(ran.prepared);
        report(1);
        return ran;
      };
      const windowed = await run('windowed', 0, share);
      const full = await run('full', share, 1);
      throwIfAborted(signal);
      return new AttentionPair(backend, cut, resident, { full, windowed });
    } catch (error) {
      for (const each of prepared) each.dispose();
      resident.dispose();
      throw error;
    }
  }

  summary(variant: Variant): VariantSummary {
    return this.#variants[variant].summary;
  }

  /** The cut tensors, to compute the pair again elsewhere. */
  get cut(): Cut {
    return this.#cut;
  }

  async weights(variant: Variant, view: WeightsView, control: RunControl): Promise<Float32Array> {
    return (await this.#variants[variant].prepared.weights(view, control)).values;
  }

  async statistics(variant: Variant, control: RunControl): Promise<RowStatistics> {
    return (this.#statistics[variant] ??= await this.#variants[variant].prepared.statistics(control));
  }

  logSumExp(variant: Variant, head: number, query: number): number {
    return this.#variants[variant].logSumExp[head * this.queryLength + query]!;
  }

  steps(variant: Variant, head: number, query: number): RowArithmetic {
    return rowSteps(this.#variants[variant].prepared.problem, this.#cut.tensors, head, query);
  }

  scores(head: number, query: number, columns: readonly [number, number]): Float32Array {
    return scoresOfRow(this.#variants.full.prepared.problem, this.#cut.tensors, head, query, columns);
  }

  dispose(): void {
    this.#variants.full.prepared.dispose();
    this.#variants.windowed.prepared.dispose();
    this.#resident.dispose();
  }
}

function keptOf({ prepared, logSumExp, summary }: Ran): Kept {
  return { prepared, logSumExp, summary };
}
