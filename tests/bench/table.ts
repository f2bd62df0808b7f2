// Plain text tables and numbers for the terminal. Pure.

/** Three significant digits, or a dash for what was not measured. */
export const three = (value: number): string =>
  Number.isFinite(value) ? Number(value.toPrecision(3)).toString() : '–';

/** Columns padded to their widest cell. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
