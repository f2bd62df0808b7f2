// Cuts work into submissions of about 12 ms, keeps at most two on the way, and stops between them when asked.
// The only file that submits compute passes. Knows nothing of attention.
import { throwIfAborted } from '../contract/errors.ts';
import type { RunControl } from '../contract/backend.ts';
import { beginReading, createBuffer, USAGE, type BufferPart } from './buffers.ts';
import type { OpenDevice } from './device.ts';
import { createTimer, type Stopwatch } from './timer.ts';
import type { CompiledKernel } from './pipelines.ts';

const TARGET_MS = 12;
const MAX_IN_FLIGHT = 2;
const SLOTS = 64;
/** What an unknown kernel may cost in its first submission, in multiply-adds: under 20 ms on the slowest adapter measured. */
const FIRST_COST = 2e7;
const MAX_GROWTH = 4;

/** Units 0 … units−1 of one kernel, free to be cut anywhere. */
export interface Work {
  readonly compiled: CompiledKernel;
  /** Storage bindings in the kernel's order. */
  readonly bindings: readonly GPUBufferBinding[];
  readonly units: number;
  /** Units one workgroup takes. */
  readonly unitsPerWorkgroup: number;
  /** Multiply-adds of one unit, roughly. */
  costOf(unit: number): number;
  /** The params of a dispatch for units [start, end). */
  params(start: number, end: number): ArrayBuffer;
}

interface Dispatch {
  readonly work: Work;
  readonly group: GPUBindGroup;
  readonly start: number;
  readonly end: number;
}

export interface Slices {
  /**
   * Runs all the work in order; resolves when the device has finished, with the GPU's own milliseconds where it has a clock and
   * copies of `parts` as the work leaves them, in the same round trip.
   */
  run(works: Iterable<Work>, control: RunControl, parts?: readonly BufferPart[]): Promise<SlicesOutcome>;
  /** Submits all the work in order; resolves when it is on its way. */
  enqueue(works: Iterable<Work>, control: RunControl): Promise<void>;
  /** Waits until nothing is on the way. Never rejects. */
  drain(): Promise<void>;
  timerResolutionMs(): number | undefined;
}

export interface SlicesOutcome {
  readonly kernelMs: number | undefined;
  /** One for each part asked for. */
  readonly read: readonly Float32Array[];
  /** From the last stamp's arrival to the last copy's; undefined where no clock tells the two apart. */
  readonly readbackMs: number | undefined;
}

/** How much of a work fits a budget: the end of the slice that starts at `start` and its cost. At least one workgroup. */
export function cutSlice(
  work: Pick<Work, 'units' | 'unitsPerWorkgroup' | 'costOf'>,
  start: number,
  budget: number,
  maxWorkgroups: number,
): { end: number; cost: number } {
  const { units, unitsPerWorkgroup } = work;
  const last = Math.min(units, start + maxWorkgroups * unitsPerWorkgroup);
  let end = start;
  let cost = 0;
  while (end < last) {
    const next = Math.min(last, end + unitsPerWorkgroup);
    let more = 0;
    for (let unit = end; unit < next; unit++) more += work.costOf(unit);
    if (end > start && cost + more > budget) break;
    cost += more;
    end = next;
  }
  return { end, cost };
}

function totalCost(works: readonly Work[]): number {
  let total = 0;
  const known = new Map<Work, number>();
  for (const work of works) {
    let cost = known.get(work);
    if (cost === undefined) {
      cost = 0;
      for (let unit = 0; unit < work.units; unit++) cost += work.costOf(unit);
      known.set(work, cost);
    }
    total += cost;
  }
  return total;
}

export async function createSlices(open: OpenDevice): Promise<Slices> {
  const { device } = open;
  const timer = createTimer(open);
  const slotBytes = Math.max(256, device.limits.minUniformBufferOffsetAlignment);
  const slots = await createBuffer(open, 'slices.params', SLOTS * slotBytes, USAGE.uniform);
  const staging = new Uint8Array(SLOTS * slotBytes);
  /** Multiply-adds per submission that took about TARGET_MS, by kernel. */
  const budgets = new Map<string, number>();
  const groups = new WeakMap<Work, GPUBindGroup>();
  const inFlight = new Set<Promise<void>>();
  let lastDoneMs = 0;

  function bindGroup(work: Work): GPUBindGroup {
    let group = groups.get(work);
    if (!group) {
      const { compiled, bindings } = work;
      const entries: GPUBindGroupEntry[] = [{ binding: 0, resource: { buffer: slots, size: slotBytes } }];
      bindings.forEach((resource, index) => entries.push({ binding: index + 1, resource }));
      group = device.createBindGroup({ label: compiled.key, layout: compiled.layout, entries });
      groups.set(work, group);
    }
    return group;
  }

  /** After a submission: what the kernel's next one may cost. The first of a kernel also pays the driver's compiler. */
  function learn(key: string, cost: number, elapsedMs: number): void {
    const known = budgets.get(key);
    if (known === undefined) return void budgets.set(key, FIRST_COST);
    if (elapsedMs <= 0 || cost < known / 4) return;
    const fitting = (cost * TARGET_MS) / elapsedMs;
    budgets.set(key, Math.min(known * MAX_GROWTH, Math.max(known / MAX_GROWTH, fitting)));
  }

  // Params are written in queue order, so the slots may be reused by the next submission at once.
  async function submit(batch: readonly Dispatch[], cost: number, stopwatch: Stopwatch | null): Promise<void> {
    while (inFlight.size >= MAX_IN_FLIGHT) await open.guard(Promise.race(inFlight));
    const timestampWrites = await stopwatch?.nextPass();
    open.requireAlive();
    batch.forEach(({ work, start, end }, slot) =>
      staging.set(new Uint8Array(work.params(start, end)), slot * slotBytes),
    );
    device.queue.writeBuffer(slots, 0, staging, 0, batch.length * slotBytes);
    const label = batch[0]!.work.compiled.kernel.name;
    const encoder = device.createCommandEncoder({ label });
    const pass = encoder.beginComputePass(timestampWrites ? { label, timestampWrites } : { label });
    batch.forEach(({ work, group, start, end }, slot) => {
      pass.setPipeline(work.compiled.pipeline);
      pass.setBindGroup(0, group, [slot * slotBytes]);
      pass.dispatchWorkgroups(Math.ceil((end - start) / work.unitsPerWorkgroup));
    });
    pass.end();
    const submittedMs = performance.now();
    device.queue.submit([encoder.finish()]);
    const key = batch[0]!.work.compiled.key;
    const isUniform = batch.every(({ work }) => work.compiled.key === key);
    const done = device.queue.onSubmittedWorkDone().then(
      () => {
        inFlight.delete(done);
        const nowMs = performance.now();
        if (isUniform) learn(key, cost, nowMs - Math.max(submittedMs, lastDoneMs));
        else
          for (const { work } of batch) if (!budgets.has(work.compiled.key)) budgets.set(work.compiled.key, FIRST_COST);
        lastDoneMs = nowMs;
      },
      () => void inFlight.delete(done),
    );
    inFlight.add(done);
  }

  async function submitAll(works: Iterable<Work>, control: RunControl, stopwatch: Stopwatch | null): Promise<void> {
    const list = [...works];
    const total = totalCost(list);
    let submitted = 0;
    let batch: Dispatch[] = [];
    let batchCost = 0;
    let share = 0; // of a submission's time that the batch is expected to take
    const flush = async () => {
      if (batch.length === 0) return;
      throwIfAborted(control.signal);
      await submit(batch, batchCost, stopwatch);
      submitted += batchCost;
      control.onProgress?.(total > 0 ? Math.min(1, submitted / total) : 1);
      [batch, batchCost, share] = [[], 0, 0];
    };
    throwIfAborted(control.signal);
    for (const work of list) {
      let start = 0;
      while (start < work.units) {
        const budget = budgets.get(work.compiled.key) ?? FIRST_COST;
        const { end, cost } = cutSlice(work, start, budget, device.limits.maxComputeWorkgroupsPerDimension);
        if (batch.length === SLOTS || (batch.length > 0 && share + cost / budget > 1)) await flush();
        batch.push({ work, group: bindGroup(work), start, end });
        batchCost += cost;
        share += cost / budget;
        start = end;
      }
    }
    await flush();
  }

  const drain = async () => {
    await Promise.all(inFlight);
  };

  return {
    async run(works, control, parts = []) {
      const stopwatch = await timer.createStopwatch();
      try {
        await submitAll(works, control, stopwatch);
        const encoder = device.createCommandEncoder({ label: 'slices.read' });
        stopwatch.collectBy(encoder);
        const reading = await beginReading(open, encoder, parts);
        try {
          device.queue.submit([encoder.finish()]);
          // What is read is there when the work is done. Only where nothing is, not even a clock, the queue is asked.
          const copies = reading.finish();
          copies.catch(() => undefined);
          const kernelMs = await stopwatch.finish();
          const stampedMs = performance.now();
          const read = await copies;
          if (kernelMs === undefined && parts.length === 0) await open.guard(device.queue.onSubmittedWorkDone());
          throwIfAborted(control.signal);
          return { kernelMs, read, readbackMs: kernelMs === undefined ? undefined : performance.now() - stampedMs };
        } finally {
          reading.dispose();
        }
      } finally {
        stopwatch.dispose();
      }
    },
    enqueue: (works, control) => submitAll(works, control, null),
    drain,
    timerResolutionMs: timer.resolutionMs,
  };
}
