// Zoom, pan and pixels of a picture, and the labels along its axes.
import { describe, expect, it } from 'vitest';
import { indexLabels, tokenLabels, tokenText } from '../../src/viz/axis-labels.ts';
import {
  blocksFor,
  cellFromPixel,
  clamp,
  fit,
  isWhole,
  pan,
  pixelFromCell,
  zoomAt,
  type Viewport,
} from '../../src/viz/viewport.ts';

const extent = { rows: 1000, columns: 400 };
const isInside = ({ rows, columns }: Viewport, within = extent) =>
  [rows, columns].every(
    ([start, end], n) =>
      Number.isInteger(start) &&
      Number.isInteger(end) &&
      start >= 0 &&
      start < end &&
      end <= (n ? within.columns : within.rows),
  );

describe('zooming', () => {
  it('keeps the anchor where it was on the screen', () => {
    const before: Viewport = { rows: [200, 600], columns: [100, 300] };
    const anchor = { query: 300, key: 150 };
    const after = zoomAt(before, extent, 2, anchor);
    const share = (view: Viewport) => (anchor.query + 0.5 - view.rows[0]) / (view.rows[1] - view.rows[0]);
    expect(after.rows[1] - after.rows[0]).toBe(200);
    expect(after.columns[1] - after.columns[0]).toBe(100);
    expect(share(after)).toBeCloseTo(share(before), 2);
  });

  it('ends at one cell going in and at everything going out', () => {
    let view = fit(extent);
    for (let turn = 0; turn < 60; turn++) view = zoomAt(view, extent, 1.25, { query: 999, key: 0 });
    expect(view).toEqual({ rows: [999, 1000], columns: [0, 1] });
    for (let turn = 0; turn < 60; turn++) view = zoomAt(view, extent, 0.8, { query: 999, key: 0 });
    expect(isWhole(view, extent)).toBe(true);
  });

  it('always changes a range that can still change, however small the factor', () => {
    expect(zoomAt({ rows: [10, 12], columns: [10, 12] }, extent, 1.05, { query: 10, key: 10 }).rows).toEqual([10, 11]);
    expect(zoomAt({ rows: [10, 12], columns: [10, 12] }, extent, 0.98, { query: 10, key: 10 }).rows[1]).toBeGreaterThan(
      12 - 1,
    );
  });

  it('stays on whole cells inside the extent for any input', () => {
    const odd = [NaN, -Infinity, Infinity, -5, 0, 0.3, 7, 1e9];
    for (const factor of odd)
      for (const at of odd) {
        expect(isInside(zoomAt({ rows: [3, 9], columns: [0, 400] }, extent, factor, { query: at, key: at }))).toBe(
          true,
        );
        expect(isInside(clamp({ rows: [at, factor], columns: [factor, at] }, extent))).toBe(true);
        expect(isInside(pan({ rows: [3, 9], columns: [0, 400] }, extent, at, factor))).toBe(true);
      }
    expect(fit({ rows: 0, columns: NaN })).toEqual({ rows: [0, 1], columns: [0, 1] });
  });
});

describe('panning', () => {
  it('moves the range and stops at the edge with its span kept', () => {
    const view: Viewport = { rows: [100, 200], columns: [50, 150] };
    expect(pan(view, extent, 5, -7)).toEqual({ rows: [105, 205], columns: [43, 143] });
    expect(pan(view, extent, 5000, -5000)).toEqual({ rows: [900, 1000], columns: [0, 100] });
  });
});

describe('blocks', () => {
  it('are the cells while each has a pixel', () => {
    const blocks = blocksFor({ rows: [0, 300], columns: [0, 512] }, { width: 512.7, height: 512 });
    expect(blocks).toEqual({ height: 300, width: 512, rowsPerBlock: 1, columnsPerBlock: 1, isPooled: false });
  });

  it('hold the same whole number of cells where the span allows', () => {
    const blocks = blocksFor({ rows: [0, 16384], columns: [0, 16384] }, { width: 512, height: 600 });
    expect(blocks).toEqual({ height: 586, width: 512, rowsPerBlock: 28, columnsPerBlock: 32, isPooled: true });
  });

  it('never outnumber pixels or cells', () => {
    for (const span of [1, 2, 7, 599, 600, 601, 65536])
      for (const pixels of [0, 1, 333.3, 600]) {
        const { height } = blocksFor({ rows: [0, span], columns: [0, 1] }, { width: 1, height: pixels });
        expect(height).toBeLessThanOrEqual(Math.max(1, Math.min(span, pixels)));
        expect(height).toBeGreaterThanOrEqual(1);
      }
  });
});

describe('cells and pixels', () => {
  const view: Viewport = { rows: [10, 20], columns: [100, 140] };
  const size = { width: 400, height: 300 };

  it('find every cell again at the middle of its box', () => {
    for (let query = 10; query < 20; query++)
      for (let key = 100; key < 140; key++) {
        const { x, y, width, height } = pixelFromCell(view, size, { query, key });
        expect(cellFromPixel(view, size, x + width / 2, y + height / 2)).toEqual({ query, key });
      }
  });

  it('know no cell beside the picture, and the last one on its far edge', () => {
    expect(cellFromPixel(view, size, -1, 5)).toBeNull();
    expect(cellFromPixel(view, size, 5, 301)).toBeNull();
    expect(cellFromPixel(view, size, NaN, 5)).toBeNull();
    expect(cellFromPixel(view, { width: 0, height: 0 }, 0, 0)).toBeNull();
    expect(cellFromPixel(view, size, 400, 300)).toEqual({ query: 19, key: 139 });
  });
});

describe('axis labels', () => {
  const tokens = Array.from({ length: 200 }, (_, n) => `▁word${n}`);

  it('never stand closer than a line, and keep their tokens while panning', () => {
    for (const range of [
      [0, 200],
      [3, 180],
      [50, 60],
    ] as [number, number][]) {
      const labels = tokenLabels(tokens, range, 300, 11);
      for (let n = 1; n < labels.length; n++) expect(labels[n]!.at - labels[n - 1]!.at).toBeGreaterThanOrEqual(11);
    }
    const indices = (range: [number, number]) => tokenLabels(tokens, range, 300, 11).map(({ index }) => index);
    expect(indices([10, 110]).filter((index) => index >= 20)).toEqual(
      indices([20, 120]).filter((index) => index < 110),
    );
  });

  it('name every token while there is room', () => {
    expect(tokenLabels(tokens, [5, 15], 300, 11).map(({ text }) => text)).toEqual(
      Array.from({ length: 10 }, (_, n) => `word${n + 5}`),
    );
  });

  it('show pieces without the space mark and shorten long ones by characters, not code units', () => {
    expect([tokenText('▁the'), tokenText('▁'), tokenText('ing')]).toEqual(['the', '␣', 'ing']);
    expect(tokenText('😀'.repeat(20), 4)).toBe('😀😀😀…');
  });

  it('count long sequences in round steps with room between', () => {
    for (const [range, length] of [
      [[0, 65536], 500],
      [[0, 1024], 200],
      [[1000, 1007], 300],
      [[0, 3], 40],
    ] as [[number, number], number][]) {
      const labels = indexLabels(range, length, 48);
      const step = labels.length > 1 ? labels[1]!.index - labels[0]!.index : 1;
      expect([1, 2, 5]).toContain(step / 10 ** Math.floor(Math.log10(step)));
      for (let n = 1; n < labels.length; n++)
        expect(labels[n]!.at - labels[n - 1]!.at).toBeGreaterThanOrEqual(48 - 1e-9);
      expect(labels.length).toBeGreaterThan(0);
    }
  });
});
