// Numbers as text: three significant digits and a unit, in the reader's language. A spread decides how many digits its median keeps.
// Formats only; sentences belong to the catalogue. Called by charts, legends and the cursor's sentence.
import type { Quartiles } from '../theory/statistics.ts';

export type FormatLocale = 'en' | 'zh-Hans';

/** Between a number and its unit: no line break there. */
const GAP = '\u00a0';
/** Below this a weight is written as a power of ten. */
const TINY_WEIGHT = 1e-3;
const SUPERSCRIPTS: Record<string, string> = Object.fromEntries(
  [...'0123456789-.'].map((c, n) => [c, '⁰¹²³⁴⁵⁶⁷⁸⁹⁻·'[n]!]),
);

interface Unit {
  name: string;
  /** How many of the base unit it is. */
  size: number;
}

const DURATIONS: readonly Unit[] = [
  { name: 'ns', size: 1e-6 },
  { name: 'µs', size: 1e-3 },
  { name: 'ms', size: 1 },
  { name: 's', size: 1e3 },
];
const BYTES: readonly Unit[] = [
  { name: 'B', size: 1 },
  { name: 'KB', size: 1e3 },
  { name: 'MB', size: 1e6 },
  { name: 'GB', size: 1e9 },
  { name: 'TB', size: 1e12 },
];
const RATES: readonly Unit[] = [
  { name: 'FLOP/s', size: 1 },
  { name: 'KFLOP/s', size: 1e3 },
  { name: 'MFLOP/s', size: 1e6 },
  { name: 'GFLOP/s', size: 1e9 },
  { name: 'TFLOP/s', size: 1e12 },
];

const formats = new Map<string, Intl.NumberFormat>();

function format(value: number, locale: FormatLocale, options: Intl.NumberFormatOptions): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.NumberFormat(locale, options)));
  // A minus sign, as wide as the digits, not a hyphen.
  return made.format(value === 0 ? 0 : value).replace('-', '−');
}

const fixed = (value: number, decimals: number, locale: FormatLocale) =>
  format(value, locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** Decimals that leave `digits` significant ones in front of rounding to whole numbers. */
function decimalsFor(value: number, digits: number): number {
  if (!(Math.abs(value) > 0) || !Number.isFinite(value)) return 0;
  // Rounded first: 0.9996 is 1.00, not 1.000.
  const rounded = Number(Math.abs(value).toPrecision(digits));
  return Math.max(0, digits - 1 - Math.floor(Math.log10(rounded)));
}

/** Three significant digits; whole numbers stay whole ("12", "0.0421", "1,230"). */
export function formatNumber(value: number, locale: FormatLocale, digits = 3): string {
  if (!Number.isFinite(value)) return format(value, locale, {});
  return format(Number(value.toPrecision(digits)), locale, { maximumFractionDigits: 12 });
}

/** Always so many decimals, for numbers of one scale below each other. */
export function formatFixed(value: number, decimals: number, locale: FormatLocale): string {
  return fixed(value, decimals, locale);
}

/** A count: whole and grouped. */
export function formatCount(value: number, locale: FormatLocale): string {
  return format(Math.round(value), locale, {});
}

/** The largest unit the value, rounded to three digits, fills. */
function unitOf(value: number, units: readonly Unit[]): Unit {
  const rounded = Number(Math.abs(value).toPrecision(3));
  return units.findLast(({ size }) => rounded >= size * (1 - 1e-12)) ?? units[0]!;
}

function withUnit(value: number, units: readonly Unit[], locale: FormatLocale, mostDecimals = 12): string {
  const unit = value === 0 ? units.find(({ size }) => size === 1)! : unitOf(value, units);
  const amount = value / unit.size;
  return `${fixed(amount, Math.min(mostDecimals, decimalsFor(amount, 3)), locale)}${GAP}${unit.name}`;
}

/** Milliseconds as ns, µs, ms or s: "1.23 ms". */
export function formatDuration(ms: number, locale: FormatLocale): string {
  return withUnit(ms, DURATIONS, locale);
}

/** A place on a time axis: as short as it can be, "20 µs". */
export function formatDurationTick(ms: number, locale: FormatLocale): string {
  if (ms === 0) return '0';
  const { name, size } = unitOf(ms, DURATIONS);
  return `${formatNumber(ms / size, locale)}${GAP}${name}`;
}

/** Decimal units: "4.19 MB". Bytes themselves are whole. */
export function formatBytes(byteLength: number, locale: FormatLocale): string {
  return withUnit(byteLength, BYTES, locale, Math.abs(byteLength) < 999.5 ? 0 : 12);
}

/** Operations per second: "12.3 GFLOP/s". */
export function formatFlopRate(flopsPerSecond: number, locale: FormatLocale): string {
  return withUnit(flopsPerSecond, RATES, locale);
}

/** A share 0…1 as per cent, three digits and at most one decimal. */
export function formatShare(share: number, locale: FormatLocale): string {
  const decimals = Math.min(1, decimalsFor(share * 100, 3));
  return format(share, locale, { style: 'percent', maximumFractionDigits: decimals });
}

/** A softmax weight: "0.42", "0" only for exact zero, small ones as "1.2 × 10⁻⁵". */
export function formatWeight(weight: number, locale: FormatLocale): string {
  if (weight === 0 || Math.abs(weight) >= TINY_WEIGHT || !Number.isFinite(weight)) return formatNumber(weight, locale);
  const [mantissa, exponent] = weight.toExponential(1).split('e') as [string, string];
  if (mantissa === '1.0') return `10${superscript(Number(exponent))}`;
  return `${fixed(Number(mantissa), 1, locale)}${GAP}×${GAP}10${superscript(Number(exponent))}`;
}

/** A signed difference: a plus or a true minus in front, "0" without. */
export function formatDifference(value: number, locale: FormatLocale): string {
  if (value === 0) return '0';
  return `${value > 0 ? '+' : '−'}${formatWeight(Math.abs(value), locale)}`;
}

/** A number raised: 1.02 → "¹·⁰²". */
export function superscript(value: number | string): string {
  return [...String(value)].map((character) => SUPERSCRIPTS[character] ?? character).join('');
}

/** A growth law: "n¹·⁰²". The decimals follow the fit's standard error where it has one; at most two. */
export function formatPower(exponent: number, standardError: number | null = null): string {
  const decimals = standardError === null ? 2 : Math.max(1, Math.min(2, Math.ceil(-Math.log10(standardError || 1e-9))));
  return `n${superscript(exponent.toFixed(decimals))}`;
}

/** An exponent known by the book: whole numbers stay bare, "n²". */
export function formatTheoryPower(exponent: number): string {
  return `n${superscript(Number(exponent.toFixed(2)))}`;
}

/** How many decimals a value deserves when its spread is this wide: the spread keeps two digits, the value at most three. */
function decimalsBySpread(value: number, spread: number): number {
  const own = decimalsFor(value, 3);
  return spread > 0 ? Math.min(own, decimalsFor(spread, 2)) : own;
}

/** Median and quartiles on one unit: `{ median: "1.23 ms", range: "1.19–1.31 ms" }`. Milliseconds in. */
export function formatSpread(
  { lower, median, upper }: Quartiles,
  locale: FormatLocale,
): { median: string; range: string } {
  const { name, size } = unitOf(median, DURATIONS);
  const decimals = decimalsBySpread(median / size, (upper - lower) / size);
  const show = (ms: number) => fixed(ms / size, decimals, locale);
  return { median: `${show(median)}${GAP}${name}`, range: `${show(lower)}–${show(upper)}${GAP}${name}` };
}

/** How many times as fast: "×1.74", two decimals below ten. */
export function formatGain(gain: number, locale: FormatLocale): string {
  return `×${Math.abs(gain) < 9.995 ? fixed(gain, 2, locale) : formatNumber(gain, locale)}`;
}

/** A gain with its quartiles: "×1.74 (1.52–1.90)". */
export function formatGainSpread({ lower, median, upper }: Quartiles, locale: FormatLocale): string {
  const plain = (gain: number) => formatGain(gain, locale).slice(1);
  const [open, close] = locale === 'zh-Hans' ? ['（', '）'] : [' (', ')'];
  return `${formatGain(median, locale)}${open}${plain(lower)}–${plain(upper)}${close}`;
}
