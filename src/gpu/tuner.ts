// Finds the fastest plan for problems of a class by trying all candidates on this very device.
// Passes: check every candidate against float64 → warm up → samples in turns, the clearly slower ones leave → median decides;
// then, with the plan chosen, a picture of a whole head afterwards or in passing.
// Called by the engine when nobody waits for the device, or when a person asks. Gives way between samples.
import type { BackendTuner, RunControl } from '../contract/backend.ts';
import { throwIfAborted, AttentionError } from '../contract/errors.ts';
import type { ResolvedProblem } from '../contract/problem.ts';
import type { PlanTrial, TuneRecord } from '../contract/tuning.ts';
import { median } from '../theory/statistics.ts';
import { attentionWork } from './attention-work.ts';
import { candidatePlans, problemClass } from './candidates.ts';
import type { GpuContext } from './context.ts';
import { kernelFingerprint } from './kernel-fingerprint.ts';
import { tryPicture } from './picture-trial.ts';
import type { KernelPlan } from './plan.ts';
import { TrialProblem } from './trial-problem.ts';

/** A plan must be so much faster than the default to take its place: less is noise. */
const LEAST_GAIN = 1.03;
/** One run of the trial problem takes at most about so long; a problem that takes longer is tried with fewer queries. */
const LONGEST_RUN_MS = 60;
/** A sample repeats shorter runs until it takes about so long, or twenty steps of the clock. */
const SAMPLE_MS = 4;
const FEWEST_QUANTA = 20;
/** Rounds in which all take part, and rounds of those that are not clearly slower. */
const FIRST_ROUNDS = 3;
const LAST_ROUNDS = 6;
const CLEARLY_SLOWER = 1.25;

interface Contestant {
  readonly plan: KernelPlan;
  readonly trial: PlanTrial;
  runs: number;
}

/** Queries and keys of the check: a few tiles and their edges, and enough keys for every part of a split. */
function checkProblem(problem: ResolvedProblem): ResolvedProblem {
  const keyLength = Math.min(problem.keyLength, 1100);
  const queryLength = Math.min(problem.queryLength, keyLength, 131);
  const ratio = problem.heads / problem.kvHeads;
  return { ...problem, heads: ratio, kvHeads: 1, queryLength, keyLength };
}

function withQueries(problem: ResolvedProblem, queryLength: number): ResolvedProblem {
  return { ...problem, queryLength: Math.max(1, Math.min(problem.queryLength, queryLength)) };
}

export function createTuner(context: GpuContext): BackendTuner {
  const { open, plans, slices } = context;
  const records = new Map<string, TuneRecord>();

  async function run(plan: KernelPlan, trial: TrialProblem, times: number, signal?: AbortSignal): Promise<number> {
    const work = await attentionWork(context, trial.problem, trial.buffers, plan);
    try {
      const works = Array.from({ length: times }, () => work.works).flat();
      const startMs = performance.now();
      const { kernelMs } = await slices.run(works, { signal });
      return (kernelMs ?? performance.now() - startMs) / times;
    } finally {
      work.dispose();
    }
  }

  /** The trial of a candidate that has been checked: `wrong` and `failed` ones are never timed. */
  async function checked(plan: KernelPlan, check: TrialProblem, signal?: AbortSignal): Promise<PlanTrial> {
    const clock = open.features.includes('timestamp-query') ? ('kernel' as const) : ('wall' as const);
    const trial: PlanTrial = { plan: plan.name, samples: [], clock, verdict: 'slower', errorShare: null };
    try {
      await check.poison();
      await run(plan, check, 1, signal);
      const errorShare = await check.errorShare();
      return { ...trial, errorShare, verdict: errorShare <= 1 ? 'slower' : 'wrong' };
    } catch (error) {
      throwIfAborted(signal);
      if (error instanceof AttentionError && error.code !== 'internal') throw error;
      return { ...trial, verdict: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The problem with so few queries that the default takes no longer than {@link LONGEST_RUN_MS}. */
  async function affordable(problem: ResolvedProblem, plan: KernelPlan, signal?: AbortSignal): Promise<TrialProblem> {
    let queries = Math.min(problem.queryLength, 64);
    for (;;) {
      const trial = await TrialProblem.create(context, withQueries(problem, queries));
      try {
        await run(plan, trial, 1, signal);
        const runMs = await run(plan, trial, 1, signal);
        if (queries === problem.queryLength || runMs * 2 > LONGEST_RUN_MS) return trial;
        const growth = Math.min(8, LONGEST_RUN_MS / Math.max(runMs, 0.01));
        const more = Math.min(problem.queryLength, Math.max(queries + 1, Math.floor(queries * growth * 0.9)));
        trial.dispose();
        queries = more;
      } catch (error) {
        trial.dispose();
        throw error;
      }
    }
  }

  async function sampleInTurns(
    contestants: Contestant[],
    trial: TrialProblem,
    rounds: number,
    control: RunControl,
    onRound: () => void,
  ): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      // A different one begins each round: the first of a round finds other caches than the last.
      for (let turn = 0; turn < contestants.length; turn++) {
        throwIfAborted(control.signal);
        const one = contestants[(turn + round) % contestants.length]!;
        one.trial.samples.push(await run(one.plan, trial, one.runs, control.signal));
      }
      onRound();
    }
  }

  async function warmUp(contestants: Contestant[], trial: TrialProblem, signal?: AbortSignal): Promise<void> {
    for (const one of contestants) {
      await run(one.plan, trial, 1, signal);
      const runMs = await run(one.plan, trial, 1, signal);
      const target = Math.max(SAMPLE_MS, FEWEST_QUANTA * (slices.timerResolutionMs() ?? 0));
      one.runs = Math.max(1, Math.min(256, Math.ceil(target / Math.max(runMs, 1e-3))));
    }
  }

  async function contest(
    right: Contestant[],
    trial: TrialProblem,
    control: RunControl,
    onDone: (done: number) => void,
  ): Promise<void> {
    await warmUp(right, trial, control.signal);
    let rounds = 0;
    const onRound = () => onDone(++rounds / (FIRST_ROUNDS + LAST_ROUNDS));
    await sampleInTurns(right, trial, FIRST_ROUNDS, control, onRound);
    const best = Math.min(...right.map((one) => median(one.trial.samples)));
    // The default stays in: the gain is told against it.
    const near = right.filter((one, at) => at === 0 || median(one.trial.samples) <= best * CLEARLY_SLOWER);
    await sampleInTurns(near, trial, LAST_ROUNDS, control, onRound);
  }

  /** The fastest of those that are right, or the default where it is as fast; tells all verdicts. `gain`: over the default. */
  function decide(right: readonly Contestant[], isDefaultRight: boolean, onTrial: (trial: PlanTrial) => void) {
    const ranked = [...right].sort((a, b) => median(a.trial.samples) - median(b.trial.samples));
    const [fastest, first] = [ranked[0]!, right[0]!];
    const gain = median(first.trial.samples) / median(fastest.trial.samples);
    // The default itself may be among the wrong ones: then there is nothing to be compared with.
    const chosen = isDefaultRight && gain < LEAST_GAIN ? first : fastest;
    chosen.trial.verdict = 'chosen';
    for (const { trial } of right) onTrial(trial);
    return { plan: chosen.plan, gain: chosen === first ? 1 : gain };
  }

  async function tune(
    problem: ResolvedProblem,
    control: RunControl,
    onTrial: (trial: PlanTrial) => void = () => {},
  ): Promise<TuneRecord> {
    const ofClass = problemClass(problem);
    const candidates = candidatePlans(problem, open.facts);
    const trials: PlanTrial[] = [];
    const right: Contestant[] = [];
    const check = await TrialProblem.create(context, checkProblem(problem));
    const made = [check];
    try {
      for (const plan of candidates) {
        throwIfAborted(control.signal);
        const trial = await checked(plan, check, control.signal);
        trials.push(trial);
        if (trial.verdict === 'slower') right.push({ plan, trial, runs: 1 });
        else onTrial(trial);
        control.onProgress?.((0.5 * trials.length) / candidates.length);
      }
      if (right.length === 0) throw new AttentionError('internal', { reason: 'no-right-plan' });
      const trial = await affordable(problem, right[0]!.plan, control.signal);
      made.push(trial);
      await contest(right, trial, control, (done) => control.onProgress?.(0.5 + done / 2));
      const { plan, gain } = decide(right, right[0]!.plan === candidates[0], onTrial);
      const picture = await tryPicture(context, plan, check, trial, control);
      const record: TuneRecord = {
        problemClass: ofClass,
        plan: plan.name,
        defaultPlan: candidates[0]!.name,
        gain,
        trials,
        ...(picture && { picture }),
        measuredAt: new Date().toISOString(),
      };
      keep(record);
      return record;
    } finally {
      for (const each of made) each.dispose();
    }
  }

  function keep(record: TuneRecord): void {
    const { problemClass: ofClass, plan, picture } = record;
    records.set(ofClass, record);
    plans.choose(ofClass, plan, picture?.verdict === 'chosen' ? picture.blockKeys : Infinity);
  }

  return {
    fingerprint: kernelFingerprint(open),
    planOf(problem) {
      const candidates = candidatePlans(problem, open.facts);
      const ofClass = problemClass(problem);
      const plan = plans.planFor(problem).name;
      const known = records.get(ofClass);
      // A record may name a plan that this very problem does not have.
      const record = known?.plan === plan ? known : null;
      return { problemClass: ofClass, plan, defaultPlan: candidates[0]!.name, record };
    },
    tune,
    restore: (found) => found.forEach(keep),
  };
}
