// The plans a problem could run by on a device, the default first, and which problems share a plan. Pure numbers.
// Every one gives the right answer; which is fastest is the tuner's to find out.
import type { ResolvedProblem } from '../contract/problem.ts';
import { visiblePairs } from '../contract/visibility.ts';
import type { Load } from './kernels/load.ts';
import { hasQuads, headGroups, type DeviceFacts, type KernelPlan } from './plan.ts';
import { defaultTile, sharedTiles, tileName, type SharedTile } from './shared-tiles.ts';
import { isLargeWork, quadShapes, rowShape, rowShapes, type TileShape } from './tile-shapes.ts';
import { panelTiles, type PanelTile } from './panel-tiles.ts';
import { paddedColumns } from './buffers.ts';

/**
 * Splitting keys: keys of a part (long enough that merging is little beside it), most parts, rows of all heads up to which it is the
 * default, and up to which it is tried. A CPU adapter has few cores, a GPU thousands of threads to keep busy.
 */
const SPLIT = {
  software: { keys: 512, most: 128, defaultRows: 32, triedRows: 32 },
  hardware: { keys: 64, most: 1024, defaultRows: 64, triedRows: 1024 },
} as const;

/** Workgroups that keep a large GPU busy: four on each of 132 cores. And blocks of keys a part has at least, so that merging is little. */
const BUSY_WORKGROUPS = 528;
const FEWEST_PART_BLOCKS = 4;

function plan(kernel: KernelPlan['kernel'], word: string, tile: TileShape, load: Load, splits = 1): KernelPlan {
  const how = load === 'native-f16' ? ', native f16' : '';
  return { name: `${word} ${tile.rows}×${tile.keys}${how}`, kernel, tile, load, splits };
}

const loadOf = (problem: ResolvedProblem): Load => (problem.storage === 'f16' ? 'f16' : 'f32');

function rowPlans(problem: ResolvedProblem, facts: DeviceFacts, load: Load): KernelPlan[] {
  const vectors = paddedColumns(problem.headDim) / 4;
  return rowShapes(vectors, facts).map((tile) => plan('flash-rows', 'rows', tile, load));
}

function quadPlans(problem: ResolvedProblem, facts: DeviceFacts, load: Load): KernelPlan[] {
  if (!hasQuads(facts)) return [];
  const vectors = paddedColumns(problem.headDim) / 4;
  return quadShapes(vectors).map((tile) => plan('flash-quads', 'quads', tile, load));
}

function tilePlan(shared: SharedTile, load: Load, usesSubgroups: boolean): KernelPlan {
  const made = plan('flash-tiles', 'tiles', shared, load);
  return { ...made, name: usesSubgroups ? `${made.name}, subgroups` : made.name, shared, usesSubgroups };
}

function tilesOf(problem: ResolvedProblem, { limits, isSoftware }: DeviceFacts): SharedTile[] {
  return sharedTiles(paddedColumns(problem.headDim) / 4, limits.maxComputeWorkgroupStorageSize, isSoftware);
}

/** Every tile, and the default once more by subgroups where a row's threads fit the smallest of them. */
function tilePlans(problem: ResolvedProblem, facts: DeviceFacts, load: Load): KernelPlan[] {
  const tiles = tilesOf(problem, facts);
  // Barriers are so dear on a CPU adapter that one shape is enough to see it: the best is 2.2 times slower than rows there.
  if (facts.isSoftware) return tiles.slice(0, 1).map((tile) => tilePlan(tile, load, false));
  const first = defaultTile(tiles, facts.vendor ?? '');
  const fitting = tiles.filter(
    (tile) => tile.across <= (facts.subgroupMinSize ?? 0) && (tile.across === 4 || tileName(tile) === tileName(first!)),
  );
  return [...tiles.map((tile) => tilePlan(tile, load, false)), ...fitting.map((tile) => tilePlan(tile, load, true))];
}

function panelPlan(panel: PanelTile, load: Load, splits: number): KernelPlan {
  const made = plan('flash-panels', 'panels', panel, load, splits);
  const name = panel.stagesValues ? made.name : `${made.name}, values cached`;
  return { ...made, name: splits > 1 ? `split ${splits}, ${name}` : name, panel };
}

/**
 * Every panel tile, and the first of them once more with the keys in parts where the tiles alone would leave a large GPU idle.
 * None on a CPU adapter: its registers are memory.
 */
function panelPlans(problem: ResolvedProblem, facts: DeviceFacts, load: Load): KernelPlan[] {
  if (facts.isSoftware) return [];
  const tiles = panelTiles(paddedColumns(problem.headDim) / 4, facts.limits.maxComputeWorkgroupStorageSize);
  const whole = tiles.map((tile) => panelPlan(tile, load, 1));
  const [first] = tiles;
  if (!first || headGroups(problem, facts.limits).length > 1) return whole;
  const workgroups = problem.heads * Math.ceil(problem.queryLength / first.rows);
  const most = Math.floor(visibleKeys(problem) / (first.keys * FEWEST_PART_BLOCKS));
  const splits = Math.min(most, Math.ceil(BUSY_WORKGROUPS / workgroups));
  return splits < 2 ? whole : [...whole, panelPlan(first, load, splits)];
}

/** Keys the average row sees. */
function visibleKeys(problem: ResolvedProblem): number {
  return visiblePairs(problem) / problem.queryLength;
}

const splitting = ({ isSoftware }: DeviceFacts) => (isSoftware ? SPLIT.software : SPLIT.hardware);

/** Split keys where whole rows would leave the device idle; nothing elsewhere. */
function splitPlans(problem: ResolvedProblem, facts: DeviceFacts, load: Load): KernelPlan[] {
  const rows = problem.heads * problem.queryLength;
  const { keys, most, triedRows } = splitting(facts);
  const splits = Math.min(most, Math.ceil(visibleKeys(problem) / keys));
  if (rows > triedRows || splits < 2 || headGroups(problem, facts.limits).length > 1) return [];
  const vectors = paddedColumns(problem.headDim) / 4;
  const usual = rowShape(vectors, false, facts);
  // As many rows per thread as there are, so that none is computed for nothing.
  const wanted = Math.min(problem.queryLength, 4);
  const shape = facts.compilesSlowly ? usual : { ...usual, rows: wanted, keys: wanted < 4 ? 4 : 2 };
  const made = plan('split-keys', 'rows', shape, load, splits);
  return [{ ...made, name: `split ${splits}, ${made.name}` }];
}

function defaultPlan(problem: ResolvedProblem, facts: DeviceFacts): KernelPlan {
  const vectors = paddedColumns(problem.headDim) / 4;
  const load = loadOf(problem);
  const [split] = splitPlans(problem, facts, load);
  if (split && problem.heads * problem.queryLength <= splitting(facts).defaultRows) return split;
  const tile = facts.isSoftware ? null : defaultTile(tilesOf(problem, facts), facts.vendor ?? '');
  if (tile) return tilePlan(tile, load, false);
  return plan('flash-rows', 'rows', rowShape(vectors, isLargeWork(problem), facts), load);
}

/** The default first, every other plan once. */
export function candidatePlans(problem: ResolvedProblem, facts: DeviceFacts): KernelPlan[] {
  const loads: Load[] = [loadOf(problem)];
  if (problem.storage === 'f16' && facts.features.has('shader-f16')) loads.push('native-f16');
  const all = [
    defaultPlan(problem, facts),
    ...loads.flatMap((load) => [
      ...rowPlans(problem, facts, load),
      ...quadPlans(problem, facts, load),
      ...tilePlans(problem, facts, load),
      ...panelPlans(problem, facts, load),
      ...splitPlans(problem, facts, load),
    ]),
  ];
  return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
}

/** For tests and comparisons: the first plan of a kernel, or the one of this name; null when there is none. */
export function namedPlan(problem: ResolvedProblem, facts: DeviceFacts, wanted: string): KernelPlan | null {
  const [first, ...rest] = candidatePlans(problem, facts);
  if (wanted === 'materialised') return { ...first!, name: 'materialised', kernel: 'materialised' };
  return [first!, ...rest].find(({ name, kernel }) => name === wanted || kernel === wanted) ?? null;
}

/** The next power of two. */
const bucket = (value: number) => 2 ** Math.ceil(Math.log2(Math.max(1, value)));

/** Problems that share a plan: like work per row, alike many rows, the same registers. */
export function problemClass(problem: ResolvedProblem): string {
  const { mask, queryLength, heads, headDim, storage } = problem;
  const isWindowed = Number.isFinite(mask.left) || (!mask.causal && Number.isFinite(mask.right));
  const kind = isWindowed ? `window ${bucket(visibleKeys(problem))}` : mask.causal ? 'causal' : 'full';
  const stride = mask.dilation > 1 ? ' dilated' : '';
  return `${kind}${stride}, n ${bucket(queryLength)}, ${bucket(heads)} × ${headDim}, ${storage}`;
}
