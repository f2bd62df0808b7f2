// The contestants' cases, bars and tables, on made-up times.
import { expect, test } from 'vitest';
import { resolveProblem } from '../../src/contract/problem.ts';
import { visiblePairs as ownPairs } from '../../src/contract/visibility.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { BARS, barOutcomes, contestantsForBars, DEVICE_BARS, type Bar } from '../bench/peers/bars.ts';
import { additiveMask, deviceCases, peerCases, visiblePairs, type PeerCase } from '../bench/peers/cases.ts';
import { isSelected } from '../bench/selection.ts';
import { PEER_NAMES, peerEntry, type PeerName } from '../bench/peers/contestant.ts';
import { GRAPHS } from '../bench/peers/contestants/onnx-graphs.ts';
import { largestError } from '../bench/peers/host-core.ts';
import { attentionFloat64, caseData, randomNormal } from '../bench/peers/reference.ts';
import { barTable, caseTable, disturbedCases, peersCsv } from '../bench/peers/report.ts';
import { fastest, roundRatios, type CaseResult, type PeerResult } from '../bench/peers/results.ts';

const problem = (key: string): PeerCase => peerCases().find((one) => one.key === key)!;

/** Times of its rounds: `[latency, amortised]`. */
function result(name: PeerName, times: [number, number | null][], more: Partial<PeerResult> = {}): PeerResult {
  const rounds = times.map(([latencyMs, amortisedMs], round) => ({ round, latencyMs, amortisedMs }));
  return { name, status: 'ok', note: '', error: 1e-7, coldMs: 1, submissions: 2, rounds, ...more };
}

const caseOf = (key: string, results: PeerResult[]): CaseResult => ({
  problem: problem(key),
  pairs: visiblePairs(problem(key)),
  noise: [{ busyPercent: 1, canaryMs: 20 }],
  results,
});

const GPU_BAR: Bar = {
  work: 'GPU',
  caseKey: '512x4x64-full',
  ours: 'attention-lab-webgpu',
  rival: 'best-webgpu',
  clock: 'amortised',
  least: 2.5,
};

test('a causal window of 128 shows a query 128 keys, its own included', () => {
  const one = problem('1024x8x64-causal-w128');
  expect(visiblePairs({ ...one, n: 4, window: 2 })).toBe(1 + 2 + 2 + 2);
  const mask = additiveMask({ ...one, n: 3, window: 2 })!;
  expect([...mask].map((x) => x === 0)).toEqual([true, false, false, true, true, false, false, true, true]);
});

test('the cases’ own masks and ours see the same number of keys', () => {
  for (const one of peerCases()) {
    const reach = one.window === null ? Infinity : one.window - 1;
    const window = { left: reach, right: one.causal ? 0 : reach };
    const own = resolveProblem({ heads: 1, queryLength: one.n, headDim: 1, mask: { causal: one.causal, window } });
    expect(visiblePairs(one), one.key).toBe(ownPairs(own));
  }
});

test('the answer that contestants are held to is the one of the project’s reference', () => {
  const one: PeerCase = { key: 'small', n: 9, heads: 1, d: 4, causal: true, window: 3 };
  const [q, k, v] = [1, 2, 3].map((seed) => randomNormal(36, seed)) as [Float32Array, Float32Array, Float32Array];
  const own = referenceAttention(
    resolveProblem({ heads: 1, queryLength: 9, headDim: 4, mask: { causal: true, window: { left: 2, right: 0 } } }),
    { q, k, v },
  );
  const expected = attentionFloat64(
    q,
    k,
    v,
    one,
    Uint32Array.from({ length: 9 }, (_, i) => i),
  );
  expected.forEach((value, index) => expect(own.output[index]).toBeCloseTo(value, 6));
});

test('an answer is right in either layout, and one wrong number in a checked row shows', () => {
  const one: PeerCase = { key: 'small', n: 5, heads: 2, d: 3, causal: true, window: null };
  const data = caseData(one);
  const rowsFirst = Float32Array.from(data.expected);
  const headsFirst = rowsFirst.map((_, at) => {
    const [h, i, x] = [Math.floor(at / 15), Math.floor(at / 3) % 5, at % 3];
    return rowsFirst[(i * 2 + h) * 3 + x]!;
  });
  expect(largestError(rowsFirst, 'nhd', one, data)).toBeLessThan(1e-6);
  expect(largestError(headsFirst, 'hnd', one, data)).toBeLessThan(1e-6);
  expect(largestError(headsFirst, 'nhd', one, data)).toBeGreaterThan(1e-3);
  rowsFirst[29]! += 0.5;
  expect(largestError(rowsFirst, 'nhd', one, data)).toBeCloseTo(0.5, 5);
  rowsFirst[29] = NaN;
  expect(largestError(rowsFirst, 'nhd', one, data)).toBe(Infinity);
});

test('of a long sequence 2,048 rows are checked, the first and the last among them', () => {
  const { rows, expected } = caseData({ key: 'long', n: 4096, heads: 1, d: 2, causal: true, window: 2 });
  expect([rows.length, rows[0], rows.at(-1), new Set(rows).size]).toEqual([2048, 0, 4095, 2048]);
  expect(expected.length).toBe(2048 * 2);
});

test('a real GPU’s bars are about its cases, full attention held to 1.5', () => {
  expect(DEVICE_BARS.map(({ caseKey }) => caseKey)).toEqual(deviceCases().map(({ key }) => key));
  expect(DEVICE_BARS.filter(({ least }) => least === 1.5)).toHaveLength(6);
});

test('names are chosen by a part, or by their end', () => {
  expect(isSelected('512x4x64-causal', '1024,512')).toBe(true);
  expect(isSelected('1024x8x64-causal-w128', 'causal$')).toBe(false);
  expect(isSelected('512x4x64-causal', 'causal$')).toBe(true);
  expect(isSelected('anything', '')).toBe(true);
});

test('ratios are taken within a round, and a round that one of the two missed is left out', () => {
  const ours = result('attention-lab-webgpu', [[10, 1], [20, 2]]); // prettier-ignore
  const rival = result('jax-webgpu', [[30, 4]]);
  expect(roundRatios(ours, rival, 'latency')).toEqual([3]);
  expect(roundRatios(ours, rival, 'amortised')).toEqual([4]);
});

test('the fastest rival sets the bar, and one with a wrong answer does not', () => {
  const ours = result('attention-lab-webgpu', [[100, 50]]);
  const results = [
    ours,
    result('jax-webgpu', [[200, 150]]),
    result('ort-webgpu-mha', [[300, 250]]),
    result('tfjs-webgpu', [[1, 1]], { status: 'wrong' }),
  ];
  expect(fastest(results.slice(1), 'amortised')?.name).toBe('jax-webgpu');
  const [outcome] = barOutcomes([caseOf('512x4x64-full', results)], [GPU_BAR]);
  expect(outcome).toMatchObject({ rival: 'jax-webgpu', clock: 'amortised', ratio: 3, verdict: 'met' });
});

test('a ratio below the bar is missed', () => {
  const results = [result('attention-lab-webgpu', [[1, 1]]), result('jax-webgpu', [[9, 2.4]])];
  expect(barOutcomes([caseOf('512x4x64-full', results)], [GPU_BAR])[0]).toMatchObject({
    verdict: 'missed',
    ratio: 2.4,
  });
});

test('rivals too slow for resident runs are held to our latency', () => {
  const results = [result('attention-lab-webgpu', [[10, 1]]), result('jax-webgpu', [[50, null]])];
  expect(barOutcomes([caseOf('512x4x64-full', results)], [GPU_BAR])[0]).toMatchObject({ clock: 'latency', ratio: 5 });
});

test('a bar nobody ran for is not measured, whichever side is missing', () => {
  const alone = [result('attention-lab-webgpu', [[10, 1]])];
  for (const cases of [[], [caseOf('512x4x64-full', alone)], [caseOf('512x4x64-full', [])]])
    expect(barOutcomes(cases, [GPU_BAR])[0]!.verdict).toBe('not measured');
});

test('every bar names a case there is, and its contestants take part in it', () => {
  for (const { caseKey, ours, rival } of BARS) {
    expect(peerCases().map(({ key }) => key)).toContain(caseKey);
    const names = contestantsForBars(caseKey);
    expect(names).toContain(ours);
    if (rival !== 'best-webgpu' && rival !== 'best-of-all') expect(names).toContain(rival);
    else expect(names.filter((name) => !peerEntry(name).isOurs).length).toBeGreaterThan(1);
  }
  expect(contestantsForBars('2048x8x64-full')).toEqual([]);
  expect(PEER_NAMES.filter((name) => peerEntry(name).onRequest)).toHaveLength(3);
});

test('the tables name the rival, the ratio and the verdict', () => {
  const results = [result('attention-lab-webgpu', [[100, 50]]), result('jax-webgpu', [[200, 150]])];
  const one = caseOf('512x4x64-full', results);
  expect(barTable(barOutcomes([one], [GPU_BAR]))).toMatch(/GPU\s+jax-webgpu\s+resident\s+3 \(3…3\)\s+≥ 2.5\s+met/);
  const failed = { ...one, results: [result('jax-webgpu', [], { status: 'skipped', note: 'too slow' })] };
  expect(caseTable(one)).toMatch(/jax-webgpu\s+200 \(200…200\)\s+2×\s+150 \(150…150\)\s+3×\s+1\.79/);
  expect(caseTable(failed)).toMatch(/jax-webgpu\s+SKIPPED.*too slow/);
});

test('a case during which others worked in most rounds is told of', () => {
  const one = caseOf('512x4x64-full', []);
  const noise = (...busy: (number | null)[]) => busy.map((busyPercent) => ({ busyPercent, canaryMs: 20 }));
  expect(
    disturbedCases([
      { ...one, noise: noise(2, 95, 3) },
      { ...one, noise: noise(null) },
    ]),
  ).toEqual([]);
  expect(disturbedCases([{ ...one, noise: noise(90, 95, 3) }])).toEqual(['512x4x64-full']);
});

test('the CSV has a line per round and quotes what needs it', () => {
  const one = caseOf('512x4x64-full', [result('jax-webgpu', [[2, null], [3, 1]], { note: 'plan "a", b' })]); // prettier-ignore
  expect(peersCsv([one]).split('\r\n')).toEqual([
    'case,contestant,status,round,latencyMs,amortisedMs,largestError,note',
    '512x4x64-full,jax-webgpu,ok,0,2,,1e-7,"plan ""a"", b"',
    '512x4x64-full,jax-webgpu,ok,1,3,1,1e-7,"plan ""a"", b"',
    '',
  ]);
});

test('operators that cannot express a mask refuse the case', () => {
  const [full, causal, window] = ['', 'causal', 'causal-w128'].map((mask) => problem(`1024x8x64-${mask || 'full'}`));
  expect([full, causal, window].map((one) => GRAPHS.unidirectional(one!) !== null)).toEqual([false, true, false]);
  expect([full, causal, window].map((one) => GRAPHS.groupQueryAttention(one!) !== null)).toEqual([false, true, true]);
  expect(GRAPHS.multiHeadAttention(full!)?.note).toBe('');
});
