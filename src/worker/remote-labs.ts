// The page's side of the labs on mixers and speed-ups. Part of the remote workbench, which lends it its calls. Arguments may be a view's
// reactive objects, which cannot be posted: they are copied to plain ones.
import { proxy, transfer } from 'comlink';
import type { BackendKind } from '../contract/engine.ts';
import type { LabBench } from '../contract/lab-bench.ts';
import type { MixerGap, MixerMeasurement, MixerProblem, MixerRun, MixerSweep } from '../contract/mixers.ts';
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
} from '../contract/stack.ts';
import type { RemoteDoor } from './connection.ts';
import type { Answer } from './protocol.ts';

type Call = <T>(act: (door: RemoteDoor, call: number) => Promise<Answer<T>>) => Promise<T>;

export class RemoteLabs implements LabBench {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  runMixer(
    problem: MixerProblem,
    backend: 'auto' | BackendKind,
    onProgress: (done: number) => void,
  ): Promise<MixerRun> {
    return this.#call((door, call) => door.runMixer(call, { ...problem }, backend, proxy(onProgress)));
  }

  sweepMixers(
    { kinds, backends, base, values, ...rest }: MixerSweep,
    onResult: (result: MixerMeasurement | MixerGap, done: number) => void,
  ): Promise<void> {
    const plain = { ...rest, kinds: [...kinds], backends: [...backends], base: { ...base }, values: [...values] };
    return this.#call((door, call) => door.sweepMixers(call, plain, proxy(onResult)));
  }

  runStack(shape: StackShape, backend: 'auto' | BackendKind, onProgress: (done: number) => void): Promise<StackRun> {
    return this.#call((door, call) => door.runStack(call, { ...shape }, backend, proxy(onProgress)));
  }

  compareStacks(
    { trials, backends, ...rest }: StackComparison,
    onResult: (result: StackMeasurement | StackGap, done: number) => void,
    onProgress: (done: number) => void,
  ): Promise<void> {
    const plain = {
      ...rest,
      backends: [...backends],
      trials: trials.map(({ id, shape }) => ({ id, shape: { ...shape } })),
    };
    return this.#call((door, call) => door.compareStacks(call, plain, proxy(onResult), proxy(onProgress)));
  }

  /** A file's bytes are moved into the worker. */
  localErrors(request: LocalErrorRequest, onProgress: (done: number) => void): Promise<LocalErrors> {
    const source = { ...request.source };
    const plain = { ...request, source, masks: request.masks.map((mask) => ({ ...mask })) };
    const moved = source.kind === 'file' ? transfer(plain, [source.bytes]) : plain;
    return this.#call((door, call) => door.localErrors(call, moved, proxy(onProgress)));
  }

  ablateHeads(
    texts: string[],
    sets: HeadSwitches[],
    backend: 'auto' | BackendKind,
    onProgress: (done: number) => void,
  ): Promise<HeadAblation> {
    const plain = sets.map((switches) => switches.map((layer) => [...layer]));
    return this.#call((door, call) => door.ablateHeads(call, [...texts], plain, backend, proxy(onProgress)));
  }
}
