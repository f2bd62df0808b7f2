// What the GPU backend decides without a GPU: shader structs, unrolling, segments, pooled blocks, slices, head groups.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AttentionError } from '../../src/contract/errors.ts';
import { resolveProblem } from '../../src/contract/problem.ts';
import { isVisible } from '../../src/contract/visibility.ts';
import { candidatePlans, problemClass } from '../../src/gpu/candidates.ts';
import { headGroups } from '../../src/gpu/plan.ts';
import { createPlanChoice } from '../../src/gpu/plan-choice.ts';
import { axisPieces, CLEAR, listCells, tilePieces } from '../../src/gpu/pooled-cells.ts';
import { requireRoom } from '../../src/gpu/room.ts';
import { rowSegments, segmentTiles } from '../../src/gpu/segments.ts';
import { cutSlice } from '../../src/gpu/slices.ts';
import { specialise } from '../../src/gpu/specialise.ts';
import { pooledShape, scoreShape } from '../../src/gpu/tile-shapes.ts';
import { sharedTiles, tileBytes, tileConstants } from '../../src/gpu/shared-tiles.ts';
import { FLASH_PANELS } from '../../src/gpu/kernels/flash-panels.ts';
import { panelBytes, panelConstants, panelTiles } from '../../src/gpu/panel-tiles.ts';
import { flashTiles } from '../../src/gpu/kernels/flash-tiles.ts';
import { sumDeltas } from '../../src/gpu/timer.ts';
import type { Kernel } from '../../src/gpu/kernels/kernel.ts';
import { CASES } from '../support/cases.ts';

/** Products and sums of whole numbers, with one pair of brackets at most. */
function evaluate(text: string): number {
  const product = (part: string) => part.split('*').reduce((value, factor) => value * Number(factor), 1);
  const plain = text.replace(/\(([^()]*)\)/, (_, inner: string) =>
    String(inner.split('+').reduce((sum, part) => sum + product(part), 0)),
  );
  return plain.split('+').reduce((sum, part) => sum + product(part), 0);
}

const root = new URL('../../', import.meta.url);
const modules = import.meta.glob<Record<string, unknown>>('../../src/gpu/kernels/*.ts', { eager: true });
const kernels = Object.values(modules)
  .flatMap((module) => Object.values(module))
  .filter((value): value is Kernel => typeof value === 'object' && value !== null && 'source' in value);

describe('shader texts', () => {
  it('have one host file each', () => {
    const stems = readdirSync(new URL('shaders/', root)).filter((name) => name.endsWith('.wgsl'));
    expect(kernels.map(({ name }) => `${name}.wgsl`).sort()).toEqual(stems.sort());
  });
  for (const kernel of kernels) {
    it(`${kernel.name}: struct Params is what the host packs`, () => {
      const body = /struct Params \{([^}]*)\}/.exec(kernel.source)![1]!;
      const fields = [...body.matchAll(/^\s*(\w+): (u32|i32|f32),$/gm)].map(([, name, type]) => [name, type]);
      expect(fields).toEqual(Object.entries(kernel.params));
    });
    it(`${kernel.name}: bindings are what the host binds`, () => {
      const declared = [...kernel.source.matchAll(/@binding\((\d+)\) var<storage, (read|read_write)> (\w+)/g)].map(
        ([, index, access, name]) => [Number(index), access === 'read' ? 'read' : 'write', name],
      );
      expect(declared).toEqual(kernel.bindings.map(({ name, access }, index) => [index + 1, access, name]));
    });
  }
  it('reads every shader the way the bundler does', () => {
    expect(readFileSync(new URL('shaders/add.wgsl', root), 'utf8')).toBe(
      kernels.find(({ name }) => name === 'add')!.source,
    );
  });
});

describe('specialise', () => {
  it('unrolls nested blocks and fills constants in', () => {
    const text = '// @repeat a 2\n// @repeat b N\nx$a_$b + $bu\n// @end\n// @end';
    expect(specialise(text, { N: 2 }).split('\n')).toEqual(['x0_0 + 0u', 'x0_1 + 1u', 'x1_0 + 0u', 'x1_1 + 1u']);
  });
  it('refuses a constant nobody gave', () => {
    expect(() => specialise('$MISSING', {})).toThrow('MISSING');
  });
});

describe('row segments', () => {
  for (const { name, problem } of CASES)
    it(`see exactly the visible keys: ${name}`, () => {
      const resolved = resolveProblem(problem);
      const { queryLength: N, keyLength: M } = resolved;
      const covered = new Uint8Array(N);
      for (const segment of rowSegments(resolved))
        for (let i = segment.rowStart; i < segment.rowEnd; i++) {
          covered[i]!++;
          const p = i + M - N;
          for (let j = 0; j < M; j++) {
            const steps = (j - p) / segment.stride;
            const inWindow =
              j >= segment.prefix &&
              Number.isInteger(steps) &&
              steps >= -segment.leftSteps &&
              steps <= segment.rightSteps;
            expect(j < segment.prefix || inWindow).toBe(isVisible(resolved, i, j));
          }
        }
      expect([...covered].every((times) => times === 1)).toBe(true);
    });
  it('deal every row to exactly one tile', () => {
    const segment = { rowStart: 3, rowEnd: 40, stride: 5, leftSteps: 1, rightSteps: 1, prefix: 0 };
    const { classes, tilesPerHead } = segmentTiles(segment, 4);
    const rows: number[] = [];
    for (let index = 0; index < tilesPerHead; index++)
      for (let r = 0; r < 4; r++) {
        const row = 3 + (index % classes) + (Math.floor(index / classes) * 4 + r) * 5;
        if (row < 40) rows.push(row);
      }
    expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: 37 }, (_, at) => at + 3));
  });
});

describe('pooled blocks', () => {
  for (const { name, problem } of CASES)
    it(`list every block with a visible pair, and flag only wholly visible ones: ${name}`, () => {
      const resolved = resolveProblem(problem);
      const { queryLength: N, keyLength: M } = resolved;
      const rows = axisPieces([0, N], Math.ceil(N / 3));
      const columns = axisPieces([0, M], Math.ceil(M / 4));
      const width = columns.edges.length - 1;
      const listed = new Map([...listCells(resolved, rows, columns)].map((cell) => [cell % CLEAR, cell >= CLEAR]));
      for (let r = 0; r + 1 < rows.edges.length; r++)
        for (let c = 0; c < width; c++) {
          let seen = 0;
          let area = 0;
          for (let i = rows.edges[r]!; i < rows.edges[r + 1]!; i++)
            for (let j = columns.edges[c]!; j < columns.edges[c + 1]!; j++, area++)
              if (isVisible(resolved, i, j)) seen++;
          if (seen > 0) expect(listed.has(r * width + c)).toBe(true);
          if (listed.get(r * width + c)) expect(seen).toBe(area);
        }
    });
  it('are put into tiles of whole blocks that leave none out', () => {
    const blocks = axisPieces([5, 105], 30);
    for (const together of [1, 4, 7, 30, 64]) {
      const { edges, split } = tilePieces(blocks, together);
      expect(split).toBe(1);
      expect(edges).toHaveLength(Math.ceil(30 / together) + 1);
      expect([edges[0], edges.at(-1)]).toEqual([5, 105]);
      edges.forEach((edge, tile) => expect(edge).toBe(blocks.edges[Math.min(30, tile * together)]));
    }
  });
  it('grow with the window and not with the square of the length', () => {
    const count = (length: number) => {
      const problem = resolveProblem({
        heads: 1,
        queryLength: length,
        headDim: 4,
        mask: { window: { left: 8, right: 8 } },
      });
      return listCells(problem, axisPieces([0, length], length), axisPieces([0, length], length)).length;
    };
    expect(count(400) / count(200)).toBeLessThan(2.1);
  });
});

describe('slices and groups', () => {
  it('cut at the budget, in whole workgroups, at least one', () => {
    const work = { units: 100, unitsPerWorkgroup: 8, costOf: () => 1 };
    expect(cutSlice(work, 0, 20, 1000)).toEqual({ end: 16, cost: 16 });
    expect(cutSlice(work, 0, 1, 1000)).toEqual({ end: 8, cost: 8 });
    expect(cutSlice(work, 96, 1000, 1000)).toEqual({ end: 100, cost: 4 });
    expect(cutSlice(work, 0, 1000, 2).end).toBe(16);
  });
  it('drop timestamps that run backwards', () => {
    expect(sumDeltas(BigUint64Array.of(10n, 30n, 50n, 40n, 7n, 8n))).toBe(21n);
  });
  const limits = {
    maxBufferSize: 2 ** 28,
    maxStorageBufferBindingSize: 2 ** 27,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeInvocationsPerWorkgroup: 256,
  };
  it('bind as many heads as fit, none twice', () => {
    const problem = resolveProblem({ heads: 12, kvHeads: 4, queryLength: 65536, headDim: 64 });
    const groups = headGroups(problem, limits);
    expect(groups.flatMap((g) => Array.from({ length: g.headEnd - g.headStart }, (_, at) => g.headStart + at))).toEqual(
      Array.from({ length: 12 }, (_, at) => at),
    );
    for (const group of groups) expect((group.headEnd - group.headStart) * 65536 * 256).toBeLessThan(2 ** 27);
  });
  it('say which length would fit', () => {
    const problem = resolveProblem({ heads: 64, queryLength: 65536, headDim: 256 });
    expect(() => requireRoom(problem, limits)).toThrow('allowed: at most 4096');
    expect(() => requireRoom({ ...problem, queryLength: 4096, keyLength: 4096 }, limits)).not.toThrow();
  });
  it('count all tensors together where every single one would fit', () => {
    const roomy = { ...limits, maxBufferSize: 4 * 2 ** 30, maxStorageBufferBindingSize: 2 ** 31 };
    const problem = resolveProblem({ heads: 64, queryLength: 65536, headDim: 256 });
    let largest = 0;
    try {
      requireRoom(problem, roomy);
    } catch (error) {
      largest = (error as AttentionError).detail.numbers!['largestLength']!;
    }
    expect(largest).toBeGreaterThan(8000);
    expect(largest * 64 * 256 * 4 * 4).toBeLessThanOrEqual(2 ** 31);
    expect(() => requireRoom({ ...problem, queryLength: largest, keyLength: largest }, roomy)).not.toThrow();
    const longer = { ...problem, queryLength: largest + 1, keyLength: largest + 1 };
    expect(() => requireRoom(longer, roomy)).toThrow(`at most ${largest}`);
  });
});

describe('tile shapes', () => {
  const limits = {
    maxBufferSize: 2 ** 28,
    maxStorageBufferBindingSize: 2 ** 27,
    maxComputeWorkgroupStorageSize: 16384,
    maxComputeInvocationsPerWorkgroup: 256,
  };
  const facts = (isSoftware: boolean, bytes = 16384) => ({
    limits: { ...limits, maxComputeWorkgroupStorageSize: bytes },
    isSoftware,
    features: new Set<string>(),
  });
  const plan = (headDim: number, isSoftware: boolean, bytes = 16384) =>
    candidatePlans(resolveProblem({ heads: 1, queryLength: 64, headDim }), facts(isSoftware, bytes))[0]!;
  it('use workgroup memory on a GPU and none on a CPU adapter', () => {
    expect(plan(64, false).kernel).toBe('flash-tiles');
    expect(plan(64, true).kernel).toBe('flash-rows');
  });
  it('unroll at most two rows where the compiler is slow, also where keys are split and pictures pooled', () => {
    const slow = { ...facts(true, 32768), compilesSlowly: true, subgroupMinSize: 4, subgroupMaxSize: 4 };
    for (const { problem } of CASES) {
      const plans = candidatePlans(resolveProblem(problem), slow).filter(({ kernel }) => kernel !== 'flash-tiles');
      expect(plans[0]!.tile).toMatchObject({ rows: 1, keys: 1 });
      for (const { kernel, tile } of plans) {
        expect(['flash-rows', 'split-keys', 'materialised']).toContain(kernel);
        if (kernel !== 'materialised') expect(tile.rows * tile.keys).toBeLessThanOrEqual(2);
      }
    }
    expect(pooledShape(16, slow, 16, 16)).toMatchObject({ rows: 1, keys: 1 });
    expect(scoreShape(16, slow)).toMatchObject({ rows: 1, keys: 1 });
  });
  it('fit the memory a device grants, and share rows and keys evenly, for every head dimension', () => {
    const sizeOf = (type: string) => (type.startsWith('vec') ? Number(type[3]) * 4 : 4);
    for (const bytes of [16384, 32768])
      for (let vectors = 1; vectors <= 64; vectors++)
        for (const tile of sharedTiles(vectors, bytes, false)) {
          const constants = tileConstants(tile, vectors);
          const text = specialise(flashTiles('f32', true).source, constants);
          const arrays = [...text.matchAll(/var<workgroup> \w+: array<(f32|vec\df), ([\d\s+*()]+)>/g)];
          const single = [...text.matchAll(/var<workgroup> \w+: (?:u32|atomic<u32>);/g)];
          const used = arrays.reduce(
            (sum, [, type, count]) => sum + evaluate(count!) * sizeOf(type!),
            single.length * 4,
          );
          expect(arrays).toHaveLength(4);
          expect(used).toBe(tileBytes(tile, vectors));
          expect(used).toBeLessThanOrEqual(bytes);
          expect(Object.values(constants).every(Number.isInteger)).toBe(true);
          expect(tile.across * tile.down).toBe(tile.threads);
        }
  });
  it('of panels fit it too, in whole panels and turns', () => {
    let largest = 0;
    for (const bytes of [16384, 32768, 49152])
      for (let vectors = 1; vectors <= 64; vectors++)
        for (const tile of panelTiles(vectors, bytes)) {
          const constants = panelConstants(tile, vectors, false);
          const text = specialise(FLASH_PANELS.source, constants);
          const arrays = [...text.matchAll(/var<workgroup> \w+: array<(vec4f|atomic<i32>), ([\d\s+*()]+)>/g)];
          const used = arrays.reduce((sum, [, type, count]) => sum + evaluate(count!) * (type === 'vec4f' ? 16 : 4), 0);
          expect(arrays).toHaveLength(4);
          expect(used).toBe(panelBytes(tile, vectors));
          expect(used).toBeLessThanOrEqual(bytes);
          expect(Object.values(constants).every(Number.isInteger)).toBe(true);
          expect(tile.panels % 2).toBe(0);
          expect(tile.across % tile.panels).toBe(0);
          largest = Math.max(largest, used);
        }
    expect(largest).toBeGreaterThan(32768);
  });
  it('fall back to rows where no tile fits', () => {
    expect(plan(256, false, 4096).kernel).toBe('flash-rows');
    expect(plan(256, false).kernel).toBe('flash-tiles');
  });
  it('are several to choose from, each by a name of its own, with the default first', () => {
    for (const { problem } of CASES)
      for (const isSoftware of [true, false]) {
        const names = candidatePlans(resolveProblem(problem), facts(isSoftware, 32768)).map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names.length).toBeGreaterThan(1);
      }
  });
  it('read halves natively only where the device can', () => {
    const halves = resolveProblem({ heads: 1, queryLength: 64, headDim: 64, storage: 'f16' });
    const loads = (features: string[]) =>
      new Set(candidatePlans(halves, { ...facts(false), features: new Set(features) }).map(({ load }) => load));
    expect([...loads([])]).toEqual(['f16']);
    expect([...loads(['shader-f16'])]).toEqual(['f16', 'native-f16']);
  });
  it('change for a whole class of problems at once, and for no other', () => {
    const choice = createPlanChoice(facts(true), null);
    const at = (queryLength: number) => resolveProblem({ heads: 2, queryLength, headDim: 64 });
    expect(problemClass(at(300))).toBe(problemClass(at(512)));
    expect(problemClass(at(300))).not.toBe(problemClass(at(200)));
    const other = candidatePlans(at(300), facts(true))[1]!.name;
    choice.choose(problemClass(at(300)), other);
    expect(choice.planFor(at(512)).name).toBe(other);
    expect(choice.planFor(at(200)).name).not.toBe(other);
    expect(choice.passingKeys(at(512))).toBe(Infinity);
    choice.choose(problemClass(at(300)), other, 16);
    expect(choice.passingKeys(at(512))).toBe(16);
    expect(choice.passingKeys(at(200))).toBe(Infinity);
    choice.choose(problemClass(at(200)), 'a plan of another day');
    expect(choice.planFor(at(200)).name).toBe(candidatePlans(at(200), facts(true))[0]!.name);
  });
  it('visit whole blocks of keys per dispatch', () => {
    for (const headDim of [1, 33, 64, 100, 256])
      for (const isSoftware of [true, false]) {
        const { tile } = plan(headDim, isSoftware);
        expect(tile.visitsPerPass % tile.keys).toBe(0);
        expect(tile.visitsPerPass).toBeGreaterThan(0);
      }
  });
});
