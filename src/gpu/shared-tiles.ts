// Which tiles flash-tiles may work in: rows and keys of a workgroup, and how its threads share them. Pure numbers.
// The table is research's (kernels §3.2), kept where a thread needs at most some 110 numbers in registers by its estimate:
// 4 · rows · vec4s of output + rows · keys of scores + 4 · (rows + keys) of what is being read. Used by `candidates.ts`.
//
// The vendors' defaults are estimates from registers, workgroup memory and cores. None of these devices was at hand to measure:
// the tuner's word goes before them.
import type { Constants } from './specialise.ts';
import { withPasses, type TileShape } from './tile-shapes.ts';

export interface SharedTile extends TileShape {
  /** Threads of a workgroup that share a row. */
  readonly across: number;
  /** Threads of a workgroup below each other. */
  readonly down: number;
}

interface TableRow {
  readonly rows: number;
  readonly keys: number;
  readonly across: number;
  readonly down: number;
  /** Of the head dimensions it is meant for: with fewer most threads own nothing of the output, with more registers run out. */
  readonly vectors: readonly [number, number];
}

/** The first that fits is the default of a device nobody knows. */
const TABLE: readonly TableRow[] = [
  { rows: 32, keys: 32, across: 8, down: 8, vectors: [1, 8] },
  { rows: 32, keys: 16, across: 8, down: 8, vectors: [1, 32] },
  { rows: 16, keys: 8, across: 8, down: 8, vectors: [9, 64] },
  { rows: 8, keys: 4, across: 4, down: 8, vectors: [33, 64] },
  { rows: 64, keys: 32, across: 8, down: 16, vectors: [1, 8] },
  { rows: 64, keys: 16, across: 8, down: 16, vectors: [1, 16] },
  { rows: 128, keys: 16, across: 8, down: 16, vectors: [1, 4] },
  { rows: 16, keys: 16, across: 4, down: 8, vectors: [1, 24] },
  { rows: 16, keys: 32, across: 16, down: 8, vectors: [17, 32] },
];

/** Rows and keys of the defaults, most wanted first; a row that does not fit is passed over. */
const VENDOR_TILES: readonly { vendor: RegExp; wanted: readonly string[] }[] = [
  // Many registers and much memory per core: large tiles read K and V least often.
  { vendor: /nvidia/i, wanted: ['64×32', '64×16', '32×16'] },
  { vendor: /amd|ati\b/i, wanted: ['64×32', '64×16', '32×16'] },
  // 128 registers a thread before they spill; two workgroups of 25 KiB share a core's memory.
  { vendor: /apple/i, wanted: ['64×16', '32×16'] },
  // 64 registers a thread at sixteen lanes: few of them, many workgroups.
  { vendor: /intel/i, wanted: ['32×16', '16×8'] },
  { vendor: /qualcomm|arm|img-tec|samsung/i, wanted: ['16×16', '16×8'] },
];

/** Bytes of workgroup memory of flash-tiles: queries and keys, weights, row maxima, and the count of strangers with subgroups. */
export function tileBytes(tile: Pick<SharedTile, 'rows' | 'keys' | 'across'>, vectors: number): number {
  const { STRIDE, WIDTH } = strides(tile, vectors);
  const { rows, keys, across } = tile;
  return (rows + keys) * STRIDE * 16 + rows * across * (WIDTH * 4 + 4) + 8;
}

function strides({ keys, across }: Pick<SharedTile, 'keys' | 'across'>, vectors: number) {
  // WGSL has no vectors of one number.
  return { STRIDE: vectors | 1, WIDTH: Math.max(2, keys / across) };
}

/** Everything the kernel's text is specialised by. */
export function tileConstants(tile: SharedTile, vectors: number): Constants {
  const { rows, keys, across, down } = tile;
  return {
    VECTORS: vectors,
    ROWS: rows,
    KEYS: keys,
    ACROSS: across,
    DOWN: down,
    HALVINGS: Math.log2(across),
    OWN_ROWS: rows / down,
    OWN_KEYS: keys / across,
    OWN_COLUMNS: Math.ceil(vectors / across),
    LOADS: Math.ceil((keys * vectors) / (across * down)),
    ...strides(tile, vectors),
  };
}

/** All that fit the device's workgroup memory, in the table's order. */
export function sharedTiles(vectors: number, workgroupBytes: number, isSoftware: boolean): SharedTile[] {
  return TABLE.filter(
    (row) => vectors >= row.vectors[0] && vectors <= row.vectors[1] && tileBytes(row, vectors) <= workgroupBytes,
  ).map(({ rows, keys, across, down }) => {
    const shape = { rows, keys, threads: across * down, tilesPerWorkgroup: 1 };
    return { ...withPasses(shape, vectors, isSoftware), across, down };
  });
}

export const tileName = ({ rows, keys }: TileShape) => `${rows}×${keys}`;

/** The tile a vendor's devices begin with, or null when none fits. */
export function defaultTile(tiles: readonly SharedTile[], vendor: string): SharedTile | null {
  const wanted = VENDOR_TILES.find((entry) => entry.vendor.test(vendor))?.wanted ?? [];
  const found = wanted.map((name) => tiles.find((tile) => tileName(tile) === name)).find((tile) => tile !== undefined);
  return found ?? tiles[0] ?? null;
}
