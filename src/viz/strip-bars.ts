// A long row of numbers as one SVG path of bars: at most one bar per pixel, the largest magnitude of its keys standing for them.
// Called by the step view. Hidden entries (visible = 0) draw nothing.

export interface StripBars {
  /** SVG path data in a box of `width × height`; bars grow from the zero line. */
  path: string;
  /** Boxes over the columns whose keys are all hidden; empty without `visible`. */
  hidden: string;
  /** The zero line's y. */
  zero: number;
  low: number;
  high: number;
}

/** Bars of `values` `[M]`. The domain always holds 0; `domain` fixes it instead. */
export function stripBars(
  values: ArrayLike<number>,
  visible: ArrayLike<number> | null,
  width: number,
  height: number,
  domain?: [number, number],
): StripBars {
  const columns = Math.max(1, Math.min(values.length, Math.floor(width)));
  const extremes = new Float64Array(columns);
  const seen = new Uint8Array(columns);
  let low = 0;
  let high = 0;
  for (let j = 0; j < values.length; j++) {
    const value = values[j]!;
    if ((visible && !visible[j]) || !Number.isFinite(value)) continue;
    const column = Math.min(columns - 1, Math.floor((j * columns) / values.length));
    if (!seen[column] || Math.abs(value) > Math.abs(extremes[column]!)) extremes[column] = value;
    seen[column] = 1;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (domain) [low, high] = domain;
  const span = high - low || 1;
  const y = (value: number) => ((high - value) / span) * height;
  const step = width / columns;
  const bar = step > 3 ? step - 1 : step;
  let path = '';
  for (let column = 0; column < columns; column++) {
    if (!seen[column]) continue;
    const x = column * step;
    path += `M${x.toFixed(2)} ${y(0).toFixed(2)}V${y(extremes[column]!).toFixed(2)}h${bar.toFixed(2)}V${y(0).toFixed(2)}z`;
  }
  return { path, hidden: visible ? hiddenBoxes(visible, columns, step, height) : '', zero: y(0), low, high };
}

/** A box per run of columns without a visible key. */
function hiddenBoxes(visible: ArrayLike<number>, columns: number, step: number, height: number): string {
  const isSeen = new Uint8Array(columns);
  for (let j = 0; j < visible.length; j++)
    if (visible[j]) isSeen[Math.min(columns - 1, Math.floor((j * columns) / visible.length))] = 1;
  let path = '';
  for (let column = 0; column < columns; column++) {
    const start = column;
    while (column < columns && !isSeen[column]) column++;
    if (column > start)
      path += `M${(start * step).toFixed(2)} 0H${(column * step).toFixed(2)}V${height}H${(start * step).toFixed(2)}z`;
  }
  return path;
}
