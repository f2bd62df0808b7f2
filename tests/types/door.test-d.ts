// The worker door's types, checked by the compiler alone: what the page sees follows from what the worker implements.
// Nothing here runs. Each expected error is a call that must not compile.
import type { Remote } from 'comlink';
import type { AttentionResult } from '../../src/contract/engine.ts';
import type { MixerRun } from '../../src/contract/mixers.ts';
import type { HeadAblation } from '../../src/contract/stack.ts';
import type { Embedded } from '../../src/contract/text-bench.ts';
import type { ComputeSummary, Setting } from '../../src/contract/workbench.ts';
import type { Connection } from '../../src/worker/connection.ts';
import type { Door } from '../../src/worker/door.ts';
import type { Answer } from '../../src/worker/protocol.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isTrue = <T extends true>(): T | undefined => undefined;

type AnswerOf<Method extends keyof Door> = Awaited<ReturnType<Remote<Door>[Method]>>;
isTrue<Equal<AnswerOf<'compute'>, Answer<ComputeSummary>>>();
isTrue<Equal<AnswerOf<'attend'>, Answer<AttentionResult>>>();
isTrue<Equal<AnswerOf<'prepare'>, Answer<number>>>();
isTrue<Equal<AnswerOf<'runMixer'>, Answer<MixerRun>>>();
isTrue<Equal<AnswerOf<'ablateHeads'>, Answer<HeadAblation>>>();
isTrue<Equal<AnswerOf<'embedTexts'>, Answer<Embedded>>>();

export async function calls(door: Remote<Door>, connection: Connection, setting: Setting): Promise<void> {
  await door.compute(1, setting, null);
  // @ts-expect-error every call has a number
  await door.compute(setting, null);
  // @ts-expect-error a setting names its mask
  await door.compute(1, { length: 3, heads: 1, backend: 'cpu' }, null);
  // @ts-expect-error there is no such lane
  await door.cancelLane(1, 'everything');
  // @ts-expect-error tensors are Float32Array
  await door.attend(1, 1, { heads: 1, queryLength: 1, headDim: 1 }, { q: [1], k: [1], v: [1] }, null);
  // @ts-expect-error the door's insides stay inside
  door.workbench;

  const summary = await connection.call((far, call) => far.compute(call, setting, null));
  isTrue<Equal<typeof summary, ComputeSummary>>();
  // @ts-expect-error only answers come through: a ping is none
  await connection.call((far) => far.ping());

  const answer = await door.row(1, 0, 0);
  // @ts-expect-error an answer may be a refusal
  answer.value;
  if (answer.ok) isTrue<Equal<typeof answer.value.full, Float32Array>>();
}
