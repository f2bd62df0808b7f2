// Comma-separated text: RFC 4180 quoting, and words that no spreadsheet runs as a formula. Numbers are never touched.
// Called by the weights' and the benchmark's exports.

/** What spreadsheets take for the start of a formula, the full-width forms of East Asian keyboards included. */
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A cell of foreign words. One that begins like a formula gets an apostrophe in front (ASVS 1.2.10). */
export function csvText(text: string): string {
  return quoted(FORMULA_START.test(text) ? `'${text}` : text);
}

/** A cell of a number; empty where there is none. */
export function csvNumber(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '' : String(value);
}

/** The shortest decimal that is this float32 and no other: "0.1", not "0.10000000149011612". */
export function float32Text(value: number): string {
  if (Object.is(value, -0)) return '-0';
  for (let digits = 7; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

export const CSV_LINE_END = '\r\n';
/** Tells spreadsheets that the file is UTF-8. */
export const BYTE_ORDER_MARK = '\ufeff';
