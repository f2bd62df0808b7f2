// Which part of the queries × keys a picture shows: zoom, pan, and the way between cells and pixels. Whole cells only; never throws.
// Called by the attention lab and the heatmap. `extent` is the whole: N queries by M keys.

export interface Viewport {
  /** Half-open query range `[start, end)`. */
  rows: [number, number];
  /** Half-open key range `[start, end)`. */
  columns: [number, number];
}

export interface Extent {
  /** N */
  rows: number;
  /** M */
  columns: number;
}

export interface Cell {
  query: number;
  key: number;
}

export interface PixelSize {
  width: number;
  height: number;
}

export interface Blocks {
  /** Blocks to ask for; at most one per pixel and at most one per cell. */
  height: number;
  width: number;
  /** Cells the largest block holds to either side; 1 × 1 when nothing is pooled. */
  rowsPerBlock: number;
  columnsPerBlock: number;
  isPooled: boolean;
}

type Range = [number, number];

/** Everything. */
export function fit(extent: Extent): Viewport {
  return { rows: [0, wholeLength(extent.rows)], columns: [0, wholeLength(extent.columns)] };
}

const wholeLength = (length: number) => Math.max(1, Math.floor(Number.isFinite(length) ? length : 1));

/** The nearest viewport of whole cells that lies inside the extent; at least one cell to either side. */
export function clamp(viewport: Viewport, extent: Extent): Viewport {
  return { rows: clampRange(viewport.rows, extent.rows), columns: clampRange(viewport.columns, extent.columns) };
}

function clampRange([from, to]: Range, length: number): Range {
  const whole = wholeLength(length);
  if (!Number.isFinite(from) || !Number.isFinite(to)) return [0, whole];
  const span = Math.max(1, Math.min(whole, Math.round(to) - Math.round(from)));
  const start = Math.max(0, Math.min(whole - span, Math.round(from)));
  return [start, start + span];
}

/** Shows `factor` times less (more, below 1) around `anchor`, which keeps its place on the screen where the edges allow it. */
export function zoomAt(viewport: Viewport, extent: Extent, factor: number, anchor: Cell): Viewport {
  if (!(factor > 0) || factor === Infinity) return clamp(viewport, extent);
  return {
    rows: zoomRange(viewport.rows, extent.rows, factor, anchor.query),
    columns: zoomRange(viewport.columns, extent.columns, factor, anchor.key),
  };
}

function zoomRange(range: Range, length: number, factor: number, anchor: number): Range {
  const [start, end] = clampRange(range, length);
  const span = end - start;
  const wanted = Math.round(span / factor);
  // A small range still has to react to a small factor.
  const changed = wanted === span && factor !== 1 ? span + (factor > 1 ? -1 : 1) : wanted;
  const zoomed = Math.max(1, Math.min(wholeLength(length), changed));
  const middle = Math.max(start, Math.min(end - 1, Number.isFinite(anchor) ? anchor : start)) + 0.5;
  const from = Math.round(middle - ((middle - start) / span) * zoomed);
  return clampRange([from, from + zoomed], length);
}

/** Moves by whole cells, as far as the edges allow. */
export function pan(viewport: Viewport, extent: Extent, queries: number, keys: number): Viewport {
  const shift = ([start, end]: Range, by: number): Range => [start + by, end + by];
  return clamp({ rows: shift(viewport.rows, queries), columns: shift(viewport.columns, keys) }, extent);
}

/** True when all of the extent is shown. */
export function isWhole(viewport: Viewport, extent: Extent): boolean {
  const whole = fit(extent);
  return rangesEqual(viewport.rows, whole.rows) && rangesEqual(viewport.columns, whole.columns);
}

const rangesEqual = (a: Range, b: Range) => a[0] === b[0] && a[1] === b[1];

/**
 * How many blocks to ask for: the cells themselves while each gets a pixel, else the fewest cells per block that fit.
 * Whole block sizes keep the texels even.
 */
export function blocksFor(viewport: Viewport, pixels: PixelSize): Blocks {
  const [height, rowsPerBlock] = blocksAlong(viewport.rows, pixels.height);
  const [width, columnsPerBlock] = blocksAlong(viewport.columns, pixels.width);
  return { height, width, rowsPerBlock, columnsPerBlock, isPooled: rowsPerBlock > 1 || columnsPerBlock > 1 };
}

function blocksAlong([start, end]: Range, pixels: number): [blocks: number, cellsPerBlock: number] {
  const span = Math.max(1, end - start);
  const cellsPerBlock = Math.ceil(span / Math.max(1, Math.floor(pixels) || 1));
  return [Math.ceil(span / cellsPerBlock), cellsPerBlock];
}

/** The cell under a point, in CSS pixels from the picture's corner. Null beside the picture. */
export function cellFromPixel(viewport: Viewport, size: PixelSize, x: number, y: number): Cell | null {
  if (!(x >= 0 && x <= size.width && y >= 0 && y <= size.height && size.width > 0 && size.height > 0)) return null;
  return { query: placeIn(viewport.rows, y / size.height), key: placeIn(viewport.columns, x / size.width) };
}

const placeIn = ([start, end]: Range, share: number) => Math.min(end - 1, start + Math.floor(share * (end - start)));

/** A cell's box in CSS pixels from the picture's corner. May lie outside the picture. */
export function pixelFromCell(viewport: Viewport, size: PixelSize, cell: Cell) {
  const width = size.width / (viewport.columns[1] - viewport.columns[0]);
  const height = size.height / (viewport.rows[1] - viewport.rows[0]);
  return { x: (cell.key - viewport.columns[0]) * width, y: (cell.query - viewport.rows[0]) * height, width, height };
}
