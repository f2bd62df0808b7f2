// Stacked bars of whole and parts on one axis from zero: what a stack's parameters are made of. No drawing.
export interface PartBar<Part extends string> {
  id: string;
  total: number;
  /** In the order given, pixels from the axis' start; parts of no size are left out. */
  segments: { part: Part; x: number; width: number; value: number }[];
}

/** The largest total fills `width` pixels. */
export function partBars<Part extends string>(
  rows: readonly { id: string; parts: Readonly<Record<Part, number>> }[],
  order: readonly Part[],
  width: number,
): PartBar<Part>[] {
  const totals = rows.map(({ parts }) => order.reduce((sum, part) => sum + parts[part], 0));
  const scale = width / Math.max(1, ...totals);
  return rows.map(({ id, parts }, n) => {
    let from = 0;
    const segments = order.flatMap((part) => {
      const value = parts[part];
      if (value <= 0) return [];
      const segment = { part, x: from * scale, width: value * scale, value };
      from += value;
      return [segment];
    });
    return { id, total: totals[n]!, segments };
  });
}
