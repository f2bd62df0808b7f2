// How many rows and keys the kernels that walk keys take at a time, by head dimension, device and amount of work. Pure numbers.
// Used by `plan.ts`. Times: SwiftShader on two cores.
import { visiblePairs } from '../contract/visibility.ts';
import type { ResolvedProblem } from '../contract/problem.ts';

/** What tiles depend on besides the problem. */
export interface AdapterTraits {
  /** A CPU adapter: barriers are dear there, and small workgroups cheap. */
  readonly isSoftware: boolean;
  /**
   * A CPU adapter whose compiler takes seconds for every row that is unrolled, and computes threads in lanes of its own accord. Mesa's
   * lavapipe in Firefox, D = 64, until the first answer, by rows per thread: 8 68 s, 4 20 s, 2 14 s, 1 4.5 s; then all are equally fast.
   */
  readonly compilesSlowly?: boolean;
}

/** What a thread (flash-rows, row-statistics) or a workgroup (flash-tiles) takes at a time. */
export interface TileShape {
  readonly rows: number;
  readonly keys: number;
  /** Threads per workgroup. */
  readonly threads: number;
  /** Tiles per workgroup. */
  readonly tilesPerWorkgroup: number;
  /** Keys a tile visits in one dispatch: a fixed number, so that the same problem always gives the same bits. */
  readonly visitsPerPass: number;
}

/** Multiply-adds above which eight rows at a time win: they run 1.5 times as fast and take 0.6 s longer to compile. */
const LARGE_WORK = 1e9;
/** Multiply-adds of a workgroup in one dispatch: some 12 ms of one core, or of one of a small GPU's. */
const SOFTWARE_PASS = 1.6e7;
const HARDWARE_PASS = 2.5e8;
/** Keys and values that all tiles of a pass read on a CPU adapter: what stays in a core's own cache. One head, n = 4096: 2.1 → 4.1 GFLOP/s. */
const SOFTWARE_SLAB_BYTES = 256 * 1024;

export function withPasses(shape: Omit<TileShape, 'visitsPerPass'>, vectors: number, isSoftware: boolean): TileShape {
  const visitCost = shape.rows * shape.tilesPerWorkgroup * vectors * 8;
  const slabKeys = Math.floor(SOFTWARE_SLAB_BYTES / (vectors * 16 * 2));
  const visits = isSoftware ? Math.min(SOFTWARE_PASS / visitCost, slabKeys) : HARDWARE_PASS / visitCost;
  return { ...shape, visitsPerPass: Math.max(1, Math.floor(visits / shape.keys)) * shape.keys };
}

/** Multiply-adds of a problem, both products. */
export function multiplyAdds(problem: ResolvedProblem): number {
  return visiblePairs(problem) * problem.heads * problem.headDim * 2;
}

function rowsOf(rows: number, keys: number, vectors: number, isSoftware: boolean): TileShape {
  // Small workgroups make small slices.
  const threads = isSoftware ? Math.max(1, Math.floor(32 / rows)) : 64;
  return withPasses({ rows, keys, threads, tilesPerWorkgroup: threads }, vectors, isSoftware);
}

/**
 * Rows per thread. A CPU adapter is faster with more of both (D = 64, full attention, GFLOP/s: 4 × 1 3.5, 8 × 1 4.3, 8 × 2 5.1)
 * and its compiler slower: 8 × 2 is worth it for large work only, 8 rows are not where a row is long.
 */
export function rowShape(vectors: number, isLarge: boolean, { isSoftware, compilesSlowly }: AdapterTraits): TileShape {
  if (!isSoftware) return rowsOf(4, 1, vectors, false);
  if (compilesSlowly) return rowsOf(1, 1, vectors, true);
  return rowsOf(vectors > 32 ? 4 : 8, isLarge && vectors <= 16 ? 2 : 1, vectors, true);
}

/** What the tuner may try: as many numbers in registers as compilers take in reasonable time. */
export function rowShapes(vectors: number, { isSoftware, compilesSlowly }: AdapterTraits): TileShape[] {
  if (compilesSlowly) return [1, 2].map((rows) => rowsOf(rows, 1, vectors, true));
  const all = isSoftware
    ? ([[8, 1], [8, 2], [8, 4], [4, 2], [4, 1]] as const) // prettier-ignore
    : ([[4, 1], [2, 1], [1, 1], [4, 2]] as const); // prettier-ignore
  const most = isSoftware ? 8 * 32 : 4 * 16;
  return all.filter(([rows]) => rows * vectors <= most).map(([rows, keys]) => rowsOf(rows, keys, vectors, isSoftware));
}

/**
 * Tiles of a quad of threads on a CPU adapter: rows of all four, and keys. D = 64, full attention, GFLOP/s: 16 × 4 6.6, 32 × 2 7.2, 32 × 4 8.7,
 * 32 × 8 8.1, 64 × 4 8.7, where one thread alone reaches 5.4. Tiles of fewer rows waste less on the edges of a window.
 */
export function quadShapes(vectors: number): TileShape[] {
  const all = vectors > 32 ? ([[16, 1], [16, 2]] as const) : ([[32, 4], [32, 2], [16, 4]] as const); // prettier-ignore
  return all.map(([rows, keys]) => withPasses({ rows, keys, threads: 4, tilesPerWorkgroup: 1 }, vectors, true));
}

/** Rows per thread where only scores are computed. */
export function scoreShape(vectors: number, { isSoftware, compilesSlowly }: AdapterTraits): TileShape {
  const threads = isSoftware ? 8 : 64;
  return withPasses(
    { rows: compilesSlowly ? 1 : 4, keys: 1, threads, tilesPerWorkgroup: threads },
    vectors,
    isSoftware,
  );
}

/**
 * What a thread takes of a block of a picture: half of attention's work, so the same blocking pays. Time over that head's attention,
 * n = 4096, 128 × 128 blocks, D = 64: 4 × 1 1.05, 8 × 2 0.54. Small blocks take no more rows than they have, and a thread eight of
 * them (512 × 512 blocks: 10.1 → 3.2 at n = 1024).
 */
export function pooledShape(
  vectors: number,
  { isSoftware, compilesSlowly }: AdapterTraits,
  blockRows: number,
  blockKeys: number,
): TileShape {
  if (compilesSlowly) return rowsOf(1, 1, vectors, true);
  const most = isSoftware ? (vectors > 32 ? 4 : 8) : 4;
  const rows = Math.min(most, 2 ** Math.ceil(Math.log2(blockRows)));
  const keys = isSoftware && vectors <= 16 ? Math.min(2, blockKeys) : 1;
  return { ...rowsOf(rows, keys, vectors, isSoftware), threads: isSoftware ? Math.min(8, 32 / rows) : 64 };
}

/** Rows of a view from which a tile of a quad is not mostly idle, and of a block up to which tiles hold several. */
const TILE_VIEW_ROWS = 16;
const TILE_BLOCK_ROWS = 16;

/**
 * What a quad takes of a picture of small blocks at a time; 512 × 512 blocks over that head's attention, D = 64, before and with tiles:
 * n = 512 11.5 → 1.39, 1024 6.1 → 0.89, 2048 2.4 → 0.75, 4096 2.0 → 0.68; 4096 in 256 × 256 0.87 → 0.66. Null where blocks are computed one by one. */
export function pooledTileShape(vectors: number, viewRows: number, blockRows: number): TileShape | null {
  const rows = vectors > 32 ? 16 : 32;
  if (viewRows < TILE_VIEW_ROWS || blockRows > Math.min(TILE_BLOCK_ROWS, rows)) return null;
  return withPasses({ rows, keys: 4, threads: 4, tilesPerWorkgroup: 1 }, vectors, true);
}

/** Rows of a block from which four threads share it: with fewer some of them would be idle. */
const QUAD_BLOCK_ROWS = 8;

/**
 * What a quad takes of a block of a picture at a time; null where one thread alone takes it. Time over that head's attention by quads,
 * n = 16,384, 512 × 512 blocks, D = 64: 0.75 with one block per workgroup, 0.51 with eight.
 */
export function pooledQuadShape(vectors: number, blockRows: number, blockKeys: number): TileShape | null {
  if (blockRows < QUAD_BLOCK_ROWS) return null;
  const most = vectors > 32 ? 16 : 32;
  const rows = Math.min(most, 4 * 2 ** Math.ceil(Math.log2(blockRows / 4)));
  const keys = Math.min(vectors > 32 ? 2 : 4, 2 ** Math.ceil(Math.log2(blockKeys)));
  return withPasses({ rows, keys, threads: 4, tilesPerWorkgroup: 1 }, vectors, true);
}

export function isLargeWork(problem: ResolvedProblem): boolean {
  return multiplyAdds(problem) >= LARGE_WORK;
}
