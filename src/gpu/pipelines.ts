// Compiles each kernel once per set of constants and keeps it. Says which kernel and which line is wrong when one is.
import { AttentionError } from '../contract/errors.ts';
import type { OpenDevice } from './device.ts';
import type { Kernel } from './kernels/kernel.ts';
import { paramsByteLength } from './params.ts';
import { specialise, type Constants } from './specialise.ts';

const COMPUTE = 0x4; // GPUShaderStage.COMPUTE

export interface CompiledKernel {
  readonly kernel: Kernel;
  /** Name and constants: what time estimates are kept under. */
  readonly key: string;
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: GPUComputePipeline;
}

export interface Pipelines {
  compile(kernel: Kernel, constants: Constants): Promise<CompiledKernel>;
  /** Starts compiling what a later call will want; waits for nothing and reports nothing. */
  warm(kernel: Kernel, constants: Constants): void;
  /** Milliseconds that `compile` made its callers wait since the last call, on the host's clock. */
  takeCompileMs(): number;
}

function describe(kernel: Kernel, text: string, messages: readonly GPUCompilationMessage[]): AttentionError | null {
  const errors = messages.filter((message) => message.type === 'error');
  if (errors.length === 0) return null;
  const lines = text.split('\n');
  const told = errors.map(
    ({ lineNum, message }) => `${kernel.name}:${lineNum} ${message}\n  ${lines[lineNum - 1] ?? ''}`,
  );
  return new AttentionError('internal', { field: kernel.name, reason: 'shader' }, told.join('\n'));
}

function layoutEntries(kernel: Kernel): GPUBindGroupLayoutEntry[] {
  const params: GPUBindGroupLayoutEntry = {
    binding: 0,
    visibility: COMPUTE,
    buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: paramsByteLength(kernel.params) },
  };
  const storage = kernel.bindings.map(({ access }, index): GPUBindGroupLayoutEntry => ({
    binding: index + 1,
    visibility: COMPUTE,
    buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
  }));
  return [params, ...storage];
}

export function createPipelines(open: OpenDevice): Pipelines {
  const { device } = open;
  const kept = new Map<string, Promise<CompiledKernel>>();
  const ready = new Set<string>();
  let compileMs = 0;

  async function build(kernel: Kernel, constants: Constants, key: string): Promise<CompiledKernel> {
    const text = specialise(kernel.source, constants);
    const module = device.createShaderModule({ label: key, code: text });
    const layout = device.createBindGroupLayout({ label: key, entries: layoutEntries(kernel) });
    const pipelineLayout = device.createPipelineLayout({ label: key, bindGroupLayouts: [layout] });
    const pipeline = device.createComputePipelineAsync({
      label: key,
      layout: pipelineLayout,
      compute: { module, entryPoint: 'main' },
    });
    try {
      return { kernel, key, layout, pipeline: await open.guard(pipeline) };
    } catch (error) {
      if (error instanceof AttentionError) throw error;
      const { messages } = await open.guard(module.getCompilationInfo());
      throw describe(kernel, text, messages) ?? error;
    }
  }

  function start(kernel: Kernel, constants: Constants): { key: string; compiled: Promise<CompiledKernel> } {
    open.requireAlive();
    const key = `${kernel.name} ${kernel.variant ?? ''} ${JSON.stringify(constants)}`;
    let compiled = kept.get(key);
    if (!compiled) {
      compiled = build(kernel, constants, key);
      kept.set(key, compiled);
      compiled.then(
        () => ready.add(key),
        () => kept.delete(key),
      );
    }
    return { key, compiled };
  }

  return {
    async compile(kernel, constants) {
      const { key, compiled } = start(kernel, constants);
      if (ready.has(key)) return compiled;
      const startMs = performance.now();
      try {
        return await compiled;
      } finally {
        compileMs += performance.now() - startMs;
      }
    },
    warm: (kernel, constants) => void start(kernel, constants),
    takeCompileMs() {
      const ms = compileMs;
      compileMs = 0;
      return ms;
    },
  };
}
