// A chain of operations on the CPU: performed anew for every run, since nothing is saved by recording it. Matrices stay packed on the threads.
import type { BackendTensor, PhaseTiming, RunControl } from '../contract/backend.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { BuildChain, OperationChain } from '../contract/sequence-operations.ts';
import type { Pool } from './pool.ts';
import { CpuSequenceOperations } from './sequence-operations.ts';
import { own, type Meter } from './tensor-operations.ts';

export class CpuChain implements OperationChain {
  private readonly pool: Pool;
  private readonly build: BuildChain;
  private result: BackendTensor | null = null;
  private isDisposed = false;

  constructor(pool: Pool, build: BuildChain) {
    this.pool = pool;
    this.build = build;
  }

  async run(times: number, control: RunControl): Promise<PhaseTiming> {
    const meter: Meter = { kernelMs: 0, processorMs: 0, signal: control.signal };
    const operations = new CpuSequenceOperations(this.pool, meter);
    for (let run = 0; run < times; run++) {
      if (this.isDisposed) throw new AttentionError('disposed');
      throwIfAborted(control.signal);
      const made = await this.build(operations, { signal: control.signal });
      this.result?.dispose();
      this.result = made;
      control.onProgress?.((run + 1) / times);
    }
    return { kernel: meter.kernelMs, processor: meter.processorMs };
  }

  async read(control: RunControl): Promise<Float32Array> {
    if (this.result === null) await this.run(1, control);
    return own(this.result!).data.slice();
  }

  dispose(): void {
    this.isDisposed = true;
    this.result?.dispose();
    this.result = null;
  }
}
