// The speed-ups lab's own arithmetic: sizes that every setting leads to, masks that are asked for, and formulas that print what is counted.
import { describe, expect, it } from 'vitest';
import { requireStack, stackAttention } from '../../src/contract/stack.ts';
import { visiblePairs } from '../../src/contract/visibility.ts';
import type { WorkbenchBackends } from '../../src/contract/workbench.ts';
import {
  errorMasks,
  errorRequest,
  ERROR_SOURCES,
  frontierMasks,
  maskLabel,
} from '../../src/labs/speedups/error-requests.ts';
import {
  attentionAtWidth,
  attentionOfSize,
  cacheBytes,
  countInNumbers,
  gainFormula,
  matricesOfLayer,
  parametersOf,
  windowPairs,
} from '../../src/labs/speedups/formulas.ts';
import { PARAMETER_SPEED_UPS, trialsOf } from '../../src/labs/speedups/parameter-trials.ts';
import {
  baseShape,
  defaultSizes,
  groupedTrials,
  measuringBackend,
  sizeTrials,
  targetsOf,
  widthTrials,
  windowTrials,
} from '../../src/labs/speedups/sizes.ts';
import { defaultValues, type LabValues } from '../../src/params/schema.ts';
import { STACK_DEFAULTS } from '../../src/theory/lab-defaults.ts';
import { layerMacs, stackMacs, stackParameters } from '../../src/theory/stack-cost.ts';

const CPU_SIZES = { length: STACK_DEFAULTS.length, width: STACK_DEFAULTS.width };
const values = (more: Partial<LabValues> = {}): LabValues => ({ ...defaultValues('en'), lab: 'speedups', ...more });
const shapeOf = (more: Partial<LabValues> = {}) => baseShape(values(more), CPU_SIZES);

describe('the sizes of the speed-ups lab', () => {
  it('open with the defaults that are promised to be measured within 20 s', () => {
    expect(shapeOf()).toEqual(STACK_DEFAULTS);
  });

  it.each<Partial<LabValues>>([
    {},
    { width: 2048, heads: 1 },
    { width: 1, heads: 64 },
    { width: 100, heads: 7 },
    { heads: 6, 'kv-heads': 4, width: 384 },
    { n: 1, window: 0, global: 1 },
    { width: 2048, heads: 64, 'feed-forward': 8192, layers: 48, rank: 2048 },
  ])('lead to stacks that can be run, whatever is set: %o', (more) => {
    const base = shapeOf(more);
    const targets = targetsOf(values(more), base);
    const all = [
      ...widthTrials(base),
      ...groupedTrials(base),
      ...windowTrials(base, targets, values(more)),
      ...trialsOf(base, PARAMETER_SPEED_UPS, targets),
    ];
    for (const { id, shape } of all) expect(() => stackAttention(requireStack(shape)), id).not.toThrow();
    expect(base.heads % targets.kvHeads).toBe(0);
  });

  it('compare with most heads first, so that fewer are the gain', () => {
    for (const trials of [widthTrials(shapeOf()), sizeTrials(shapeOf())])
      expect(trials.map(({ shape }) => shape.heads)).toEqual([16, 8, 4, 2, 1]);
    expect(new Set(widthTrials(shapeOf()).map(({ shape }) => stackMacs(shape))).size).toBe(1);
    // Wider heads than the kernels take are left out.
    expect(widthTrials(shapeOf({ width: 1024 })).map(({ shape }) => shape.heads)).toEqual([16, 8, 4]);
  });

  const cpu = { kind: 'cpu' as const, features: [], threads: 2 };
  const gpu = (description: string) => ({
    kind: 'webgpu' as const,
    features: [],
    threads: 1,
    adapter: { vendor: '', architecture: '', description },
  });
  const machine = (found: ReturnType<typeof gpu> | null): WorkbenchBackends => ({ gpu: found, gpuReason: null, cpu });

  it('are the CPU’s without a GPU and on one that is software, and larger on a real one', () => {
    expect(measuringBackend('auto', machine(null))).toBe('cpu');
    expect(measuringBackend('webgpu', machine(null))).toBe('cpu');
    expect(measuringBackend('auto', machine(gpu('SwiftShader Device')))).toBe('cpu');
    expect(measuringBackend('webgpu', machine(gpu('SwiftShader Device')))).toBe('webgpu');
    expect(measuringBackend('auto', machine(gpu('NVIDIA H100')))).toBe('webgpu');
    expect(measuringBackend('cpu', machine(gpu('NVIDIA H100')))).toBe('cpu');
    expect(defaultSizes('webgpu', machine(gpu('SwiftShader Device')))).toEqual(CPU_SIZES);
    expect(defaultSizes('webgpu', machine(gpu('NVIDIA H100'))).length).toBe(2048);
  });
});

describe('the masks held against full attention', () => {
  it('are each asked for once, plain ones with the set window among them', () => {
    for (const window of [1, 3, 16, 32, 500]) {
      const masks = errorMasks(window, values({ dilation: 4, global: 2 }), 512);
      expect(new Set(masks.map((mask) => JSON.stringify(mask))).size).toBe(masks.length);
      expect(masks).toContainEqual({ window, dilation: 1, globalTokens: 0 });
      for (const mask of masks) expect(mask.window).toBeLessThan(512);
    }
  });

  it('hold dilated windows to as many keys as plain ones', () => {
    const masks = errorMasks(16, values({ dilation: 4 }), 512);
    const keys = ({ window, dilation }: (typeof masks)[0]) => Math.floor(window / dilation);
    const dilated = masks.filter(({ dilation }) => dilation > 1);
    expect(dilated.map(keys)).toEqual([4, 16, 64]);
  });

  it('come from the text and from every signal, at the stack’s own heads', () => {
    for (const source of ERROR_SOURCES) {
      const request = errorRequest(source, 'a text', shapeOf({ n: 64 }), 8, values(), 'cpu');
      expect(request.length).toBe(64);
      expect(request.source).toMatchObject(
        source === 'text' ? { kind: 'text', text: 'a text' } : { kind: 'synthetic', signal: source, headDim: 32 },
      );
    }
  });

  it('are drawn without those that hide nothing', () => {
    const row = (window: number | null, pairs: number) => ({
      mask: window === null ? null : { window, dilation: 1, globalTokens: 0 },
      pairs,
      relative: 0.5,
      largest: 1,
      samples: [1, 2, 3],
      clock: 'wall' as const,
    });
    const drawn = frontierMasks([row(null, 100), row(2, 44), row(64, 100)], 'full');
    expect(drawn.map(({ label }) => label)).toEqual(['full', '±2']);
    expect(maskLabel({ window: 8, dilation: 2, globalTokens: 1 })).toBe('±8 ÷2 + 1');
  });
});

describe('formulas with the numbers of now', () => {
  const endOf = (formula: string) => Number(formula.split(' = ').at(-1)!.replaceAll(',', ''));
  const shapes = [shapeOf(), shapeOf({ width: 100, heads: 7, n: 33 }), { ...shapeOf(), window: 20 }, { ...shapeOf(), rank: 9, kvHeads: 2 }]; // prettier-ignore

  it('end in what is counted', () => {
    for (const shape of shapes) {
      expect(endOf(countInNumbers(shape, 'en'))).toBe(stackMacs(shape));
      expect(endOf(parametersOf(shape, 'en'))).toBe(stackParameters(shape).total);
      expect(endOf(windowPairs(shape, 'en'))).toBe(visiblePairs(stackAttention(shape)));
    }
  });

  it('of attention are projections and core, also where heads leave a part of the width', () => {
    for (const shape of shapes.slice(0, 2)) {
      const { projections, core } = layerMacs(shape);
      expect(endOf(attentionAtWidth(shape, 'en'))).toBe(projections + core);
      expect(endOf(attentionOfSize(shape, 'en'))).toBe(projections + core);
    }
  });

  it('of a gain are before over after, and of a layer its matrices', () => {
    const before = shapeOf();
    expect(gainFormula(before, { ...before, layers: 1 }, 'en')).toMatch(/= ×2\.00$/);
    expect(endOf(matricesOfLayer(before, 'en'))).toBe(4 * 128 ** 2 + 2 * 128 * 512);
    expect(cacheBytes({ ...before, kvHeads: 1 }, 'en')).toBe(
      '2 L h_kv d_h n · 4 = 2 · 2 · 1 · 32 · 512 · 4 = 262\u00a0KB',
    );
  });
});
