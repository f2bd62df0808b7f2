// Which tiles flash-panels may work in: rows and keys of a workgroup, how its threads share them, in how many panels a block of keys is
// fetched. Pure numbers. Used by `candidates.ts`.
//
// A thread's scores and outputs stay in registers: 8 × 8 scores and 8 × 2 vec4s at D = 64, so that 16 multiply-adds follow every vec4 read
// from workgroup memory, where flash-tiles has 5 to 8. No device with so many registers was at hand to measure: the tuner decides.
import type { Constants } from './specialise.ts';
import { withPasses, type TileShape } from './tile-shapes.ts';

export interface PanelTile extends TileShape {
  /** Threads of a workgroup that share a row. */
  readonly across: number;
  /** Threads of a workgroup below each other. */
  readonly down: number;
  /** Panels a block of keys is fetched in, one after the other: an even number, so that the two buffers keep their turns. */
  readonly panels: number;
  /** True: values go through workgroup memory too. False: every thread reads them from the caches. */
  readonly stagesValues: boolean;
}

interface TableRow {
  readonly rows: number;
  readonly keys: number;
  readonly across: number;
  readonly down: number;
  /** vec4s per row up to which registers suffice: some 200 a thread, of 255 that one may have. */
  readonly mostVectors: number;
}

const TABLE: readonly TableRow[] = [
  { rows: 64, keys: 64, across: 8, down: 8, mostVectors: 16 },
  { rows: 64, keys: 32, across: 8, down: 8, mostVectors: 32 },
  { rows: 32, keys: 64, across: 8, down: 4, mostVectors: 16 },
  { rows: 32, keys: 32, across: 8, down: 4, mostVectors: 32 },
];

const PANELS = [2, 4, 8];
/** vec4s of the next panel a thread holds in registers while it works on this one. */
const MOST_LOADS = 4;

type Shape = Pick<PanelTile, 'rows' | 'keys' | 'across' | 'down' | 'panels'>;

const chunkOf = ({ panels }: Pick<Shape, 'panels'>, vectors: number) => Math.ceil(vectors / panels);
const loadsOf = (shape: Shape, vectors: number) =>
  Math.ceil((shape.keys * chunkOf(shape, vectors)) / (shape.across * shape.down));

/** Bytes of workgroup memory of flash-panels: queries, two panels, weights, and a row's largest score. */
export function panelBytes(shape: Shape, vectors: number): number {
  const chunk = chunkOf(shape, vectors);
  const { rows, keys, panels } = shape;
  return (rows * panels * chunk + 2 * chunk * (keys + 2)) * 16 + rows * keys * 4 + rows * 4;
}

/** Everything the kernel's text is specialised by; `isPart`: of a walk of one part of the keys. */
export function panelConstants(tile: PanelTile, vectors: number, isPart: boolean): Constants {
  const { rows, keys, across, down, panels, stagesValues } = tile;
  return {
    VECTORS: vectors,
    ROWS: rows,
    KEYS: keys,
    ACROSS: across,
    DOWN: down,
    PANELS: panels,
    CHUNK: chunkOf(tile, vectors),
    LOADS: loadsOf(tile, vectors),
    OWN_ROWS: rows / down,
    OWN_KEYS: keys / across,
    OWN_COLUMNS: Math.ceil(vectors / across),
    FOURS: keys / across / 4,
    STAGED: stagesValues ? 1 : 0,
    STREAMED: stagesValues ? 0 : 1,
    PART: isPart ? 1 : 0,
  };
}

/** All that fit the device's workgroup memory, in the table's order, each with values staged and not. */
export function panelTiles(vectors: number, workgroupBytes: number): PanelTile[] {
  return TABLE.flatMap((row) => {
    if (vectors > row.mostVectors) return [];
    const panels = PANELS.find((count) => {
      const shape = { ...row, panels: count };
      return loadsOf(shape, vectors) <= MOST_LOADS && panelBytes(shape, vectors) <= workgroupBytes;
    });
    if (panels === undefined) return [];
    const { rows, keys, across, down } = row;
    const shape = withPasses({ rows, keys, threads: across * down, tilesPerWorkgroup: 1 }, vectors, false);
    return [true, false].map((stagesValues) => ({ ...shape, across, down, panels, stagesValues }));
  });
}
