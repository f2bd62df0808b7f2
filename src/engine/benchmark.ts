// The benchmark of one device: a grid of cases on every backend.
import type { Backend } from '../contract/backend.ts';
import type { BenchmarkOptions, BenchmarkReport } from '../contract/benchmark.ts';
import type { BackendKind } from '../contract/engine.ts';

export async function runBenchmark(
  options: BenchmarkOptions,
  backendOf: (kind: BackendKind) => Promise<Backend>,
  signal: AbortSignal,
  onReport: (report: BenchmarkReport, done: number) => void,
): Promise<void> {
  throw new Error('to be written');
}
