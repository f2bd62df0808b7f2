// A picture to export, made from `math/` alone: cells, problems and where they come from. Called by the tests of the exports.
import { resolveProblem, type AttentionProblem, type AttentionTensors } from '../../src/contract/problem.ts';
import type { CellNumbers } from '../../src/contract/workbench.ts';
import { referenceRow, referenceScores } from '../../src/math/attention.ts';
import type { Provenance } from '../../src/viz/export/provenance.ts';

export function provenanceFor(problem: AttentionProblem, more: Partial<Provenance> = {}): Provenance {
  const { mask = {}, ...shape } = problem;
  return {
    version: '0.1.0',
    link: 'https://lab.test/?source=synthetic&seed=7',
    params: { source: 'synthetic', seed: 7 },
    source: { kind: 'synthetic', name: 'random', seed: 7, layer: 0, layers: 1, isMatrix: false },
    tokens: null,
    head: 0,
    full: resolveProblem({ ...shape, mask: { causal: mask.causal } }),
    windowed: resolveProblem({ ...shape, mask }),
    backend: { kind: 'cpu', device: 'CPU, 2 threads', reason: 'no-webgpu' },
    timing: { full: { wall: 2, flops: 10, bytes: 20 }, windowed: { wall: 1, kernel: 0.5, flops: 5, bytes: 10 } },
    measured: [],
    ...more,
  };
}

/** Every cell of one head, in float64 rounded to float32. */
export function cellsFor(
  { full, windowed }: Provenance,
  tensors: AttentionTensors,
  head: number,
  rows: [number, number] = [0, full.queryLength],
  columns: [number, number] = [0, full.keyLength],
): CellNumbers {
  const open = resolveProblem({ ...full, mask: {} });
  const across = (of: (query: number) => ArrayLike<number>) =>
    Float32Array.from(
      Array.from({ length: rows[1] - rows[0] }, (_, row) =>
        Array.from(of(rows[0] + row)).slice(columns[0], columns[1]),
      ).flat(),
    );
  const logSumExp = (problem: typeof full) =>
    Float32Array.from(
      { length: rows[1] - rows[0] },
      (_, row) => referenceRow(problem, tensors, head, rows[0] + row).logSumExp,
    );
  return {
    generation: 1,
    head,
    rows,
    columns,
    full: across((query) => referenceRow(full, tensors, head, query).weights),
    windowed: across((query) => referenceRow(windowed, tensors, head, query).weights),
    scores: across((query) => referenceScores(open, tensors, head, query)),
    fullLogSumExp: logSumExp(full),
    windowedLogSumExp: logSumExp(windowed),
  };
}
