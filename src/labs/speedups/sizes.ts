// What the lab measures by default and where: sizes at which a device shows every claim within seconds. Pure.
import { isSoftware } from '../../contract/device-name.ts';
import type { BackendKind } from '../../contract/engine.ts';
import { MAX_HEAD_DIM } from '../../contract/problem.ts';
import type { StackShape, StackTrial } from '../../contract/stack.ts';
import type { WorkbenchBackends } from '../../contract/workbench.ts';
import type { LabValues } from '../../params/schema.ts';
import {
  defaultRank,
  DEFAULT_WINDOW,
  headsAtWidth,
  headsOfSize,
  kvHeadsFor,
  STACK_DEFAULTS,
  type SpeedUpTargets,
} from '../../theory/lab-defaults.ts';

/** On a GPU two thousand positions of twice the width take it about as long as the CPU takes its own. */
const GPU_SIZES = { length: 2048, width: 256 };
const CPU_SIZES = { length: STACK_DEFAULTS.length, width: STACK_DEFAULTS.width };

/** What measures: what was asked for where it is there; by itself a GPU that is one, else the CPU. */
export function measuringBackend(wanted: LabValues['backend'], backends: WorkbenchBackends | null): BackendKind {
  const gpu = backends?.gpu ?? null;
  if (gpu === null || wanted === 'cpu') return 'cpu';
  return wanted === 'webgpu' || !isSoftware(gpu) ? 'webgpu' : 'cpu';
}

/** Sizes that no one has chosen. The software GPU gets the CPU's. */
export function defaultSizes(kind: BackendKind, backends: WorkbenchBackends | null) {
  const gpu = backends?.gpu ?? null;
  return kind === 'webgpu' && gpu !== null && !isSoftware(gpu) ? GPU_SIZES : CPU_SIZES;
}

const between = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));

/** Fewer heads than this would be wider than the kernels take. */
export const fewestHeads = (width: number) => Math.ceil(width / MAX_HEAD_DIM);

/** The stack before any speed-up. */
export function baseShape(values: LabValues, sizes: { length: number; width: number }): StackShape {
  const width = values.width ?? sizes.width;
  const heads = between(values.heads, fewestHeads(width), Math.min(64, width));
  return {
    ...STACK_DEFAULTS,
    layers: values.layers,
    length: values.n ?? sizes.length,
    width,
    heads,
    kvHeads: heads,
    headDim: Math.max(1, Math.floor(width / heads)),
    feedForward: values['feed-forward'] ?? Math.min(8192, 4 * width),
    vocabulary: values.vocabulary,
    seed: values.seed,
  };
}

export function targetsOf(values: LabValues, base: StackShape): Required<SpeedUpTargets> {
  return {
    kvHeads: kvHeadsFor(base.heads, values['kv-heads']),
    window: values.window ?? DEFAULT_WINDOW,
    rank: values.rank ?? defaultRank(base.width),
  };
}

const HEAD_COUNTS = [16, 8, 4, 2, 1];

/** Numbers of heads that divide a width, most first: the usual ones, or whichever there are. Empty for a prime wider than a head may be. */
function countsAtWidth(width: number): number[] {
  const most = Math.min(64, width);
  const divisors = Array.from({ length: most }, (_, n) => most - n).filter((heads) => width % heads === 0);
  const allowed = divisors.filter((heads) => heads >= fewestHeads(width));
  const usual = allowed.filter((heads) => HEAD_COUNTS.includes(heads));
  return usual.length > 1 ? usual : allowed.slice(0, HEAD_COUNTS.length);
}

/** Most heads first: they are what fewer are compared with. */
export const widthTrials = (base: StackShape): StackTrial[] => headsAtWidth(base, countsAtWidth(base.width));

export const sizeTrials = (base: StackShape): StackTrial[] => headsOfSize(base, HEAD_COUNTS);

/** As many key heads as heads first, then fewer and fewer. */
export function groupedTrials(base: StackShape): StackTrial[] {
  const divisors = Array.from({ length: base.heads }, (_, n) => base.heads - n).filter((n) => base.heads % n === 0);
  return divisors.slice(0, 6).map((kvHeads) => ({ id: `kv=${kvHeads}`, shape: { ...base, kvHeads } }));
}

/** The whole, the set window, its repairs, and windows a few times narrower and wider. */
export function windowTrials(base: StackShape, { window }: { window: number }, values: LabValues): StackTrial[] {
  const widths = [...new Set([window * 4, window, Math.floor(window / 4)])].filter((w) => w >= 1 && w < base.length);
  const repaired = values.dilation > 1 || values.global > 0;
  return [
    { id: 'base', shape: base },
    ...widths.map((w) => ({ id: `w=${w}`, shape: { ...base, window: w } })),
    ...(repaired ? [{ id: 'repaired', shape: repairedShape(base, window, values) }] : []),
  ];
}

export const repairedShape = (base: StackShape, window: number, values: LabValues): StackShape => ({
  ...base,
  window,
  dilation: values.dilation,
  globalTokens: Math.min(values.global, base.length),
});
