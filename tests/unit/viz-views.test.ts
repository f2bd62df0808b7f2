// The arcs, the table and the words of a picture, against weights small enough to check by hand.
import { describe, expect, it } from 'vitest';
import { resolveProblem, type AttentionMask } from '../../src/contract/problem.ts';
import type { PicturePair } from '../../src/contract/workbench.ts';
import { arcPaths, middleOf } from '../../src/viz/arc-paths.ts';
import { extremesOf, picturePattern } from '../../src/viz/picture-pattern.ts';
import { shareHeld, strongestOfRow, strongestPairs } from '../../src/viz/strong-pairs.ts';
import { sortRows, strongestRows, wholeRow } from '../../src/viz/weight-rows.ts';

const FULL = [0.1, 0.2, 0.7, 0.5, 0.25, 0.25, 0, 0, 1];
const WINDOWED = [0.4, 0.6, 0, 0.5, 0.25, 0.25, 0, 0, 1];
const picture = (more: Partial<PicturePair> = {}): PicturePair => ({
  generation: 1,
  head: 0,
  rows: [0, 3],
  columns: [0, 3],
  height: 3,
  width: 3,
  pooling: 'max',
  wallMs: 0,
  full: Float32Array.from(FULL),
  windowed: Float32Array.from(WINDOWED),
  ...more,
});
const problemsOf = (mask: AttentionMask, causal = false) => {
  const shape = { heads: 1, queryLength: 3, headDim: 4 };
  return { full: resolveProblem({ ...shape, mask: { causal } }), windowed: resolveProblem({ ...shape, mask }) };
};
const oneToTheRight = problemsOf({ window: { left: 1, right: 1 } });

describe('the pairs worth a line', () => {
  const cells = { values: FULL, height: 3, width: 3, firstQuery: 10, firstKey: 20 };

  it('stop once they hold the share of the row, and never take a zero', () => {
    const pairs = strongestPairs(cells, { mass: 0.7, most: 9 });
    expect(pairs.map(({ query, key }) => [query, key])).toEqual([
      [10, 22],
      [11, 20],
      [11, 21],
      [12, 22],
    ]);
    expect(strongestOfRow([0, 0, 0], 0, 0, { mass: 1, most: 3 })).toEqual([]);
  });

  it('stop at the most allowed', () => {
    expect(strongestPairs(cells, { mass: 1, most: 1 })).toHaveLength(3);
  });

  it('hold a share of all weight', () => {
    expect(shareHeld(strongestPairs(cells, { mass: 1, most: 1 }), FULL)).toBeCloseTo((0.7 + 0.5 + 1) / 3, 12);
    expect(shareHeld([], [0, 0])).toBe(0);
  });
});

describe('an arc', () => {
  const viewport = { rows: [0, 3] as [number, number], columns: [0, 3] as [number, number] };
  const box = { left: 10, right: 110, height: 30 };
  const arcs = arcPaths(strongestPairs({ values: FULL, height: 3, width: 3, firstQuery: 0, firstKey: 0 }, { mass: 1, most: 3 }), viewport, box, 1); // prettier-ignore

  it('runs from the middle of its query to the middle of its key', () => {
    const arc = arcs.find(({ query, key }) => query === 0 && key === 2)!;
    expect(arc.path).toBe('M10 5C55 5 65 25 110 25');
    expect(middleOf(2, [0, 3], 30)).toBe(25);
  });

  it('is wider and more opaque the larger its weight, and the strongest lie on top', () => {
    for (let n = 1; n < arcs.length; n++) {
      expect(arcs[n]!.width).toBeGreaterThanOrEqual(arcs[n - 1]!.width);
      expect(arcs[n]!.opacity).toBeGreaterThanOrEqual(arcs[n - 1]!.opacity);
    }
    expect(arcs.at(-1)).toMatchObject({ query: 2, key: 2, width: 6, opacity: 1 });
  });

  it('is left out when an end is not shown', () => {
    expect(arcPaths(arcs, { rows: [0, 2], columns: [0, 2] }, box, 1).every(({ query, key }) => query < 2 && key < 2)).toBe(true); // prettier-ignore
  });
});

describe('the rows of the table', () => {
  const row = { generation: 1, head: 0, query: 0, full: Float32Array.of(0.1, 0.2, 0.7), windowed: Float32Array.of(0.4, 0.6, 0), fullLogSumExp: 0, windowedLogSumExp: 0 }; // prettier-ignore

  it('are every key of a query, empty where the mask hides it, ranked by full weight', () => {
    expect(wholeRow(row, oneToTheRight)).toEqual([
      { query: 0, key: 0, full: Math.fround(0.1), windowed: Math.fround(0.4), rank: 3 },
      { query: 0, key: 1, full: Math.fround(0.2), windowed: Math.fround(0.6), rank: 2 },
      { query: 0, key: 2, full: Math.fround(0.7), windowed: null, rank: 1 },
    ]);
  });

  it('are the strongest keys of each query, without those causality hides', () => {
    const causal = problemsOf({ causal: true }, true);
    const lower = Float32Array.of(1, 0, 0, 0.5, 0.5, 0, 0.2, 0.3, 0.5);
    const rows = strongestRows(picture({ full: lower, windowed: lower }), causal, 2);
    expect(rows.map(({ query, key, rank }) => [query, key, rank])).toEqual([
      [0, 0, 1],
      [1, 0, 1],
      [1, 1, 2],
      [2, 2, 1],
      [2, 1, 2],
    ]);
  });

  it('know no rank where only some keys are shown', () => {
    const part = picture({ columns: [0, 2], width: 2, full: Float32Array.of(1, 0, 1, 0, 1, 0) });
    expect(strongestRows(part, oneToTheRight, 1).every(({ rank }) => rank === null)).toBe(true);
  });

  it('sort either way with what is missing last, and leave the given rows alone', () => {
    const rows = wholeRow(row, oneToTheRight);
    expect(sortRows(rows, { by: 'windowed', descending: true }).map(({ key }) => key)).toEqual([1, 0, 2]);
    expect(sortRows(rows, { by: 'windowed', descending: false }).map(({ key }) => key)).toEqual([0, 1, 2]);
    expect(rows.map(({ key }) => key)).toEqual([0, 1, 2]);
  });
});

describe('what a picture says', () => {
  it('is its strongest link, mean distance, the first key’s share and what the window hides', () => {
    const pattern = picturePattern(picture(), oneToTheRight);
    if (pattern.kind !== 'cells') throw new Error(pattern.kind);
    expect(pattern.strongest).toMatchObject({ query: 2, key: 2 });
    expect(pattern.meanDistance).toBeCloseTo((0.2 + 1.4 + 0.5 + 0.25) / 3, 6);
    expect(pattern.firstShare).toBeCloseTo(0.6 / 3, 6);
    expect(pattern.hiddenShare).toBeCloseTo(0.7 / 3, 6);
  });

  it('passes over a query that sees one key only', () => {
    const causal = problemsOf({ causal: true }, true);
    const lower = Float32Array.of(1, 0, 0, 0.4, 0.6, 0, 0.2, 0.3, 0.5);
    const pattern = picturePattern(picture({ full: lower }), causal);
    expect(pattern.kind === 'cells' && pattern.strongest).toMatchObject({ query: 1, key: 1 });
  });

  it('is the block of the largest weight where blocks are pooled', () => {
    const pooled = picture({
      rows: [0, 8],
      columns: [0, 8],
      height: 2,
      width: 2,
      full: Float32Array.of(0, 0.3, 0.1, 0),
    });
    expect(picturePattern(pooled, oneToTheRight)).toEqual({
      kind: 'blocks',
      weight: Math.fround(0.3),
      rows: [0, 4],
      columns: [4, 8],
    });
  });

  it('finds where a difference is largest either way, and nothing where there is none', () => {
    const difference = Float32Array.from(WINDOWED, (weight, n) => weight - FULL[n]!);
    const { gained, lost } = extremesOf(difference, picture());
    expect(gained).toMatchObject({ query: 0, key: 1 });
    expect(lost).toMatchObject({ query: 0, key: 2 });
    expect(extremesOf(new Float32Array(9), picture())).toEqual({ gained: null, lost: null });
  });
});
