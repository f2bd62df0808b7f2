// Which restricted masks are held against full attention, and on what: the set window narrower and wider, dilated, and with global
// tokens, on the reader's text and on each synthetic signal. Pure.
import type { BackendKind } from '../../contract/engine.ts';
import type { LocalError, LocalErrorRequest, LocalMask, StackShape } from '../../contract/stack.ts';
import { SIGNAL_KINDS, type SignalKind } from '../../contract/workbench.ts';
import type { LabValues } from '../../params/schema.ts';
import { quartiles } from '../../theory/statistics.ts';
import type { FrontierKind, FrontierMask } from '../../viz/frontier-chart.ts';

export type ErrorSource = 'text' | SignalKind;
export const ERROR_SOURCES: readonly ErrorSource[] = ['text', ...SIGNAL_KINDS];

const SAMPLES = 5;
const WIDTHS = [1, 4, 16, 64, 256];
const FACTORS = [1 / 4, 1, 4];

const plain = (window: number): LocalMask => ({ window, dilation: 1, globalTokens: 0 });

/** Dilation and global tokens of the repairs: those that are set, or the least that changes anything. */
export const repairs = ({ dilation, global }: LabValues) => ({
  dilation: Math.max(2, dilation),
  globalTokens: Math.max(1, global),
});

/** Plain windows first, then as many keys spread out, then with global tokens. */
export function errorMasks(window: number, values: LabValues, length: number): LocalMask[] {
  const { dilation, globalTokens } = repairs(values);
  const fits = (w: number) => w >= 1 && w < length;
  const widths = [...new Set([...WIDTHS, window])].filter(fits).sort((a, b) => a - b);
  const near = [...new Set(FACTORS.map((factor) => Math.floor(window * factor)))].filter((w) => fits(w * dilation));
  return [
    ...widths.map(plain),
    ...near.map((w): LocalMask => ({ window: w * dilation, dilation, globalTokens: 0 })),
    ...near.map((w): LocalMask => ({ window: w, dilation: 1, globalTokens: Math.min(globalTokens, length) })),
  ];
}

export function errorRequest(
  source: ErrorSource,
  text: string,
  base: StackShape,
  window: number,
  values: LabValues,
  backend: BackendKind,
): LocalErrorRequest {
  const { length, heads, headDim, seed } = base;
  return {
    source:
      source === 'text'
        ? { kind: 'text', text, layer: 0 }
        : { kind: 'synthetic', signal: source, seed, length, heads, headDim },
    length,
    heads: source === 'text' ? 64 : heads,
    masks: errorMasks(window, values, length),
    backend,
    samples: SAMPLES,
  };
}

export function kindOf({ dilation, globalTokens }: LocalMask): FrontierKind {
  return globalTokens > 0 ? 'global' : dilation > 1 ? 'dilated' : 'plain';
}

export const maskId = (mask: LocalMask | null) =>
  mask === null ? 'full' : `${mask.window}/${mask.dilation}/${mask.globalTokens}`;

export function maskLabel(mask: LocalMask | null): string {
  if (mask === null) return '';
  const { window, dilation, globalTokens } = mask;
  return `±${window}${dilation > 1 ? ` ÷${dilation}` : ''}${globalTokens > 0 ? ` + ${globalTokens}` : ''}`;
}

/** Rows as the frontier chart takes them; masks that hide nothing from anyone are left out. */
export function frontierMasks(rows: readonly LocalError[], fullLabel: string): FrontierMask[] {
  const pairs = rows.find(({ mask }) => mask === null)?.pairs ?? Infinity;
  return rows
    .filter(({ mask, pairs: own }) => mask === null || own < pairs)
    .map((row) => ({
      id: maskId(row.mask),
      kind: row.mask === null ? 'full' : kindOf(row.mask),
      label: row.mask === null ? fullLabel : maskLabel(row.mask),
      error: row.relative,
      ms: row.samples.length > 0 ? quartiles(row.samples) : null,
    }));
}
