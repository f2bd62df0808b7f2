// What the labs "Attention vs RNN vs convolution" and "Three speed-ups" ask of the worker. Types only. Implemented by
// `engine/lab-bench.ts`; reached as `workbench.labs`. Callbacks are parameters of their own (comlink proxies only those).
// Latest request wins within a lane of `workbench.ts`: runs in `mixer` and `stack`, everything that times in `measure`, errors in
// `local`, heads in `heads`.
import type { BackendKind } from './engine.ts';
import type { MixerGap, MixerMeasurement, MixerProblem, MixerRun, MixerSweep } from './mixers.ts';
import type {
  HeadAblation,
  HeadSwitches,
  LocalErrorRequest,
  LocalErrors,
  StackComparison,
  StackGap,
  StackMeasurement,
  StackRun,
  StackShape,
} from './stack.ts';

export interface LabBench {
  /** Runs a mixer once on seeded input and weights. Lane `mixer`. */
  runMixer(problem: MixerProblem, backend: 'auto' | BackendKind, onProgress: (done: number) => void): Promise<MixerRun>;
  /** Measures mixers over one axis, smallest value first, all in turns. Never longer than `totalMs`. Lane `measure`. */
  sweepMixers(sweep: MixerSweep, onResult: (result: MixerMeasurement | MixerGap, done: number) => void): Promise<void>;
  /** Runs a stack once on seeded input and weights. Lane `stack`. */
  runStack(shape: StackShape, backend: 'auto' | BackendKind, onProgress: (done: number) => void): Promise<StackRun>;
  /** Measures stacks in turns: answers come together at the end, the share done meanwhile. Never longer than `totalMs`. Lane `measure`. */
  compareStacks(
    comparison: StackComparison,
    onResult: (result: StackMeasurement | StackGap, done: number) => void,
    onProgress: (done: number) => void,
  ): Promise<void>;
  /** Error and time of restricted attention against full attention. Lane `local`. */
  localErrors(request: LocalErrorRequest, onProgress: (done: number) => void): Promise<LocalErrors>;
  /** Switches heads of the pretrained encoder off and compares sentence embeddings. Lane `heads`. */
  ablateHeads(
    texts: string[],
    sets: HeadSwitches[],
    backend: 'auto' | BackendKind,
    onProgress: (done: number) => void,
  ): Promise<HeadAblation>;
}
