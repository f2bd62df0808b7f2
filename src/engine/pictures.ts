// What is drawn from a pair: pictures of both variants alike, small pictures of every head, exact rows.
// Called by the workbench; the pair does the work.
import type { RunControl } from '../contract/backend.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type {
  CellNumbers,
  HeadThumbnail,
  PicturePair,
  PictureRequest,
  ReceivedPair,
  RowPair,
  Variant,
} from '../contract/workbench.ts';
import { MAX_EXPORT_CELLS } from '../contract/workbench.ts';
import { requireRow, type ShownPair } from './shown-pair.ts';
import { requireView } from './validate.ts';

type Drawn<T> = Omit<T, 'generation'>;

/** Blocks never outnumber the cells. */
function fitBlocks(request: PictureRequest): PictureRequest {
  const { rows, columns } = request;
  const height = Math.min(request.height, rows[1] - rows[0]);
  const width = Math.min(request.width, columns[1] - columns[0]);
  return { ...request, height, width };
}

export async function drawPicture(
  pair: ShownPair,
  request: PictureRequest,
  { signal, onProgress }: RunControl,
): Promise<Drawn<PicturePair>> {
  const startMs = performance.now();
  const view = requireView(pair, fitBlocks(request));
  const half = (from: number) => (done: number) => onProgress?.(from + done / 2);
  const windowed = await pair.weights('windowed', view, { signal, onProgress: half(0) });
  const full = await pair.weights('full', view, { signal, onProgress: half(0.5) });
  return { ...view, full, windowed, wallMs: performance.now() - startMs };
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export async function drawThumbnails(
  pair: ShownPair,
  variant: Variant,
  size: number,
  control: RunControl,
  onThumbnail: (thumbnail: HeadThumbnail) => void,
): Promise<void> {
  const { heads, queryLength: N, keyLength: M } = pair;
  const blocks = Math.min(size, N, M);
  const { entropy, meanDistance } = await pair.statistics(variant, control);
  for (let head = 0; head < heads; head++) {
    const request = { head, rows: [0, N], columns: [0, M], height: blocks, width: blocks, pooling: 'max' } as const;
    const view = requireView(pair, { ...request, rows: [0, N], columns: [0, M] });
    const values = await pair.weights(variant, view, control);
    const ofHead = (numbers: Float32Array) => mean(numbers.subarray(head * N, (head + 1) * N));
    onThumbnail({ head, values, size: blocks, entropy: ofHead(entropy), meanDistance: ofHead(meanDistance) });
  }
}

export async function drawRow(
  pair: ShownPair,
  head: number,
  query: number,
  control: RunControl,
): Promise<Drawn<RowPair>> {
  requireRow(pair, head, query);
  const { keyLength: M } = pair;
  const view = requireView(pair, {
    head,
    rows: [query, query + 1],
    columns: [0, M],
    height: 1,
    width: M,
    pooling: 'mean',
  });
  return {
    head,
    query,
    full: await pair.weights('full', view, control),
    windowed: await pair.weights('windowed', view, control),
    fullLogSumExp: pair.logSumExp('full', head, query),
    windowedLogSumExp: pair.logSumExp('windowed', head, query),
  };
}

/** What each key gets of all queries together: a picture one block high, times the queries it is the mean of. */
export async function drawReceived(pair: ShownPair, head: number, control: RunControl): Promise<Drawn<ReceivedPair>> {
  requireRow(pair, head, 0);
  const { queryLength: N, keyLength: M } = pair;
  const view = requireView(pair, { head, rows: [0, N], columns: [0, M], height: 1, width: M, pooling: 'mean' });
  const times = (values: Float32Array) => values.map((value) => value * N);
  return {
    head,
    full: times(await pair.weights('full', view, control)),
    windowed: times(await pair.weights('windowed', view, control)),
  };
}

const SLICE_MS = 10;

/** Every cell of a rectangle: the weights as pictures of single cells, the scores row by row on the host, in slices. */
export async function drawCells(
  pair: ShownPair,
  head: number,
  rows: [number, number],
  columns: [number, number],
  control: RunControl,
): Promise<Drawn<CellNumbers>> {
  const height = rows[1] - rows[0];
  const width = columns[1] - columns[0];
  const view = requireView(pair, { head, rows, columns, height, width, pooling: 'max' });
  if (height * width > MAX_EXPORT_CELLS)
    throw new AttentionError('too-large', {
      field: 'cells',
      value: height * width,
      allowed: `at most ${MAX_EXPORT_CELLS} cells`,
      reason: 'too-many-cells',
      numbers: { cells: height * width, mostCells: MAX_EXPORT_CELLS },
    });
  const full = await pair.weights('full', view, control);
  const windowed = await pair.weights('windowed', view, control);
  let scores: Float32Array | null = new Float32Array(height * width);
  let lastMs = performance.now();
  for (let row = 0; row < height && scores; row++) {
    const ofRow = pair.scores(head, rows[0] + row, columns);
    if (ofRow) scores.set(ofRow, row * width);
    else scores = null;
    if (performance.now() - lastMs < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    throwIfAborted(control.signal);
    lastMs = performance.now();
  }
  const logSumExp = (variant: Variant) =>
    Float32Array.from({ length: height }, (_, row) => pair.logSumExp(variant, head, rows[0] + row));
  const [fullLogSumExp, windowedLogSumExp] = [logSumExp('full'), logSumExp('windowed')];
  return { head, rows, columns, full, windowed, scores, fullLogSumExp, windowedLogSumExp };
}
