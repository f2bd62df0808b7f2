// A chain of operations, recorded once and run many times: the operations run on a desk that keeps their work instead of submitting it.
// A tensor that the chain disposes of gives its memory to a later one, since work runs in the order it was recorded.
import type { PhaseTiming, RunControl } from '../contract/backend.ts';
import { AttentionError } from '../contract/errors.ts';
import type { BuildChain, OperationChain } from '../contract/sequence-operations.ts';
import { createBuffer, paddedColumns, readBuffer, unpadRows } from './buffers.ts';
import type { GpuContext } from './context.ts';
import { createOperations } from './operations.ts';
import type { Work } from './slices.ts';
import { bufferOf, type Desk } from './tensors.ts';

class Recorder implements Desk {
  readonly works: Work[] = [];
  readonly #context: GpuContext;
  readonly #made: GPUBuffer[] = [];
  /** Buffers of tensors that are gone, by size. */
  readonly #free = new Map<number, GPUBuffer[]>();
  readonly #retired: (() => void)[] = [];

  constructor(context: GpuContext) {
    this.#context = context;
  }

  empty = async (label: string, rows: number, columns: number) => {
    const byteLength = rows * paddedColumns(columns) * 4;
    const buffer = this.#free.get(byteLength)?.pop() ?? (await this.#make(label, byteLength));
    let isGone = false;
    const dispose = () => {
      if (isGone) return;
      isGone = true;
      this.#free.set(byteLength, [...(this.#free.get(byteLength) ?? []), buffer]);
    };
    return { rows, columns, buffer, dispose };
  };

  async #make(label: string, byteLength: number): Promise<GPUBuffer> {
    const buffer = await createBuffer(this.#context.open, label, byteLength);
    this.#made.push(buffer);
    return buffer;
  }

  produce: Desk['produce'] = async (results, works) => {
    this.works.push(...(await works()));
    return results;
  };

  retire = (free: () => void) => void this.#retired.push(free);

  dispose(): void {
    for (const free of this.#retired.splice(0)) free();
    for (const buffer of this.#made.splice(0)) buffer.destroy();
  }
}

function* repeated(works: readonly Work[], times: number): Iterable<Work> {
  for (let run = 0; run < times; run++) yield* works;
}

/** Records what `build` does; it is not called again. */
export async function recordChain(context: GpuContext, build: BuildChain): Promise<OperationChain> {
  const { open, slices, pipelines } = context;
  const recorder = new Recorder(context);
  pipelines.takeCompileMs();
  try {
    const operations = createOperations(context, recorder);
    const refuse = () => Promise.reject(new AttentionError('internal', { reason: 'transfer-in-chain' }));
    const result = await build({ ...operations, upload: refuse, uploadInt8: refuse, read: refuse }, {});
    const compile = pipelines.takeCompileMs();
    let hasRun = false;
    const run = async (times: number, control: RunControl): Promise<PhaseTiming> => {
      const { kernelMs } = await slices.run(repeated(recorder.works, times), control);
      const timing: PhaseTiming = {};
      if (kernelMs !== undefined) timing.kernel = kernelMs;
      if (!hasRun && compile > 0) timing.compile = compile;
      const resolution = slices.timerResolutionMs();
      if (resolution !== undefined) timing.timerResolution = resolution;
      hasRun = true;
      return timing;
    };
    return {
      run,
      async read(control) {
        if (!hasRun) await run(1, control);
        const padded = await readBuffer(open, bufferOf(result), result.rows * paddedColumns(result.columns) * 4);
        return unpadRows(padded, result.columns);
      },
      dispose: () => recorder.dispose(),
    };
  } catch (error) {
    recorder.dispose();
    throw error;
  }
}
