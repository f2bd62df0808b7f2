// The table twin holds what the CSV holds: every key of a query, cell by cell (check 6 of `shared/research/embed.md` §3).
import { expect, it } from 'vitest';
import { resolveProblem } from '../../src/contract/problem.ts';
import { drawSignal } from '../../src/data/synthetic.ts';
import { referenceRow } from '../../src/math/attention.ts';
import { weightsCsv } from '../../src/viz/export/weights-csv.ts';
import { wholeRow } from '../../src/viz/weight-rows.ts';

it('lists the weights of the CSV, number by number, and leaves the same cells empty', () => {
  const shape = { heads: 1, queryLength: 24, headDim: 8 };
  const problems = {
    full: resolveProblem({ ...shape, mask: { causal: true } }),
    windowed: resolveProblem({ ...shape, mask: { causal: true, window: { left: 5, right: 0 } } }),
  };
  const tensors = drawSignal('clusters', 3, { heads: 1, length: 24, headDim: 8 });
  const query = 15;
  const weights = (variant: 'full' | 'windowed') =>
    Float32Array.from(referenceRow(problems[variant], tensors, 0, query).weights);
  const [full, windowed] = [weights('full'), weights('windowed')];
  const row = { generation: 1, head: 0, query, full, windowed, fullLogSumExp: 0, windowedLogSumExp: 0 };
  const cells = {
    generation: 1,
    head: 0,
    rows: [query, query + 1] as [number, number],
    columns: [0, 24] as [number, number],
    scores: null,
    full,
    windowed,
    fullLogSumExp: new Float32Array(1),
    windowedLogSumExp: new Float32Array(1),
  };
  const csv = [...weightsCsv({ layer: 0, cells, tokens: null, ...problems })].join('').trim().split('\r\n').slice(1);
  const table = wholeRow(row, problems);
  expect(table).toHaveLength(csv.length);
  csv.forEach((line, key) => {
    const [, , , , keyIndex, , , weight, narrow] = line.split(',');
    const numberOf = (cell: string | undefined) => (cell === '' ? null : Math.fround(Number(cell)));
    expect(Number(keyIndex)).toBe(table[key]!.key);
    expect(numberOf(weight), line).toBe(table[key]!.full);
    expect(numberOf(narrow), line).toBe(table[key]!.windowed);
  });
  expect(table.filter(({ windowed: one }) => one !== null)).toHaveLength(6);
});
