// Our own engine, as anybody would use it: one engine for each case, tuned before anything is timed.
import type { AttentionEngine } from '../../../../src/contract/engine.ts';
import type { AttentionProblem } from '../../../../src/contract/problem.ts';
import type { PeerCase } from '../cases.ts';
import type { Contestant, PeerRun } from '../contestant.ts';

function problemOf({ n, heads, d, causal, window }: PeerCase): AttentionProblem {
  const reach = window === null ? Infinity : window - 1;
  return { heads, queryLength: n, headDim: d, mask: { causal, window: { left: reach, right: causal ? 0 : reach } } };
}

/** Says which plan the rounds run by. A tuner that gives up leaves the default, and the table says so. */
async function tuned(engine: AttentionEngine, problem: AttentionProblem): Promise<string> {
  try {
    const { plan, defaultPlan, gain } = await engine.tune(problem);
    if (plan === null) return `${engine.backend.threads} threads`;
    return plan === defaultPlan
      ? `plan ${plan} (the default)`
      : `plan ${plan}, ${gain.toFixed(2)}× over ${defaultPlan}`;
  } catch (error) {
    return `not tuned: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function createRun(engine: AttentionEngine, problem: AttentionProblem): Promise<PeerRun> {
  const note = await tuned(engine, problem);
  let prepared: Awaited<ReturnType<AttentionEngine['prepare']>> | null = null;
  let submitted = 0;
  return {
    note,
    run: async (q, k, v) => (await engine.attend(problem, { q, k, v })).output,
    resident: {
      async upload(q, k, v) {
        prepared?.dispose();
        prepared = await engine.prepare(problem, { q, k, v });
      },
      // The engine takes many runs in one call: they are counted here and asked for where the others wait.
      submit: () => void submitted++,
      async sync() {
        const times = submitted;
        submitted = 0;
        await prepared!.submit(times);
      },
      read: async () => (await prepared!.read()).output,
    },
    async dispose() {
      prepared?.dispose();
      await engine.dispose();
    },
  };
}

/** @param openEngine its engine is disposed with the case */
export function attentionLab(openEngine: () => Promise<AttentionEngine>): Contestant {
  return {
    layout: 'hnd',
    prepare: async (problem) => createRun(await openEngine(), problemOf(problem)),
  };
}
