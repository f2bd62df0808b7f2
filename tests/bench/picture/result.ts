// What the picture's benchmark gives, and its line of text. Pure.
import type { BackendKind } from '../../../src/contract/engine.ts';
import { median } from '../../../src/theory/statistics.ts';
import { alignColumns, three } from '../table.ts';

export const HEAD_DIM = 64;

/** Tokens of one head, and blocks along each side of the picture of all its weights. */
export interface PictureShape {
  readonly length: number;
  readonly side: number;
}

/** Blocks of one, two, four, eight, sixteen and 32 tokens. */
export const SHAPES: readonly PictureShape[] = [
  { length: 512, side: 512 },
  { length: 1024, side: 512 },
  { length: 2048, side: 512 },
  { length: 4096, side: 512 },
  { length: 4096, side: 256 },
  { length: 16_384, side: 512 },
];

/** What `--cases` finds a shape by. */
export function shapeName({ length, side }: PictureShape): string {
  return `n=${length} ${side}×${side}`;
}

/** The picture of one head of this shape must cost at most this share of that head's attention. */
export const BAR = { length: 16_384, side: 512, largestShare: 0.7 };

export function hasBar({ length, side }: PictureShape): boolean {
  return length === BAR.length && side === BAR.side;
}

/** Host milliseconds, one entry per round; the two take turns. */
export interface PictureResult extends PictureShape {
  backend: BackendKind;
  device: string;
  attentionMs: number[];
  pictureMs: number[];
}

/** One head with its picture afterwards and in passing. Host milliseconds, one entry per round. */
export interface PassingResult extends PictureShape {
  attentionMs: number[];
  afterMs: number[];
  passingMs: number[];
  peakBytes: number;
  tensorBytes: number;
}

/** Rounds of one shape's ratio, and where half of them lie. */
export function passingTable(results: readonly PassingResult[]): string {
  const head = [
    'n',
    'blocks',
    'attention ms',
    'picture after ms',
    'in passing ms',
    'passing / after',
    'least',
    'most',
    'peak beside tensors',
  ];
  const rows = results.map((one) => {
    const ratios = one.passingMs.map((ms, round) => ms / one.afterMs[round]!).sort((a, b) => a - b);
    return [
      String(one.length),
      `${one.side} × ${one.side}`,
      ...[one.attentionMs, one.afterMs, one.passingMs].map((ms) => three(median(ms))),
      ...[median(ratios), ratios[0]!, ratios.at(-1)!].map(three),
      `${three((one.peakBytes - one.tensorBytes) / 2 ** 20)} MB`,
    ];
  });
  return alignColumns([head, ...rows]);
}

/** What the buffers of a device took at most, from upload to picture. */
export interface PictureMemory {
  peakBytes: number;
  /** Q, K, V and output. */
  tensorBytes: number;
}

/** Peak memory may pass the tensors by this much. */
export const LARGEST_EXTRA_BYTES = 64 * 2 ** 20;

export function memoryLine({ peakBytes, tensorBytes }: PictureMemory): string {
  const megabytes = (bytes: number) => `${three(bytes / 2 ** 20)} MB`;
  const isMet = peakBytes <= tensorBytes + LARGEST_EXTRA_BYTES;
  const bar = `${megabytes(tensorBytes)} of tensors + ${megabytes(LARGEST_EXTRA_BYTES)}`;
  return `GPU buffers at most ${megabytes(peakBytes)}; bar ≤ ${bar}: ${isMet ? 'met' : 'missed'}`;
}

/** Picture over attention, round by round. */
export function shares({ attentionMs, pictureMs }: PictureResult): number[] {
  return pictureMs.map((ms, round) => ms / attentionMs[round]!);
}

export function pictureTable(results: readonly PictureResult[]): string {
  const head = ['backend', 'n', 'blocks', 'attention ms', 'picture ms', 'picture / attention', 'least', 'most', 'bar'];
  const rows = results.map((one) => {
    const ratios = shares(one).sort((a, b) => a - b);
    const share = median(ratios);
    const verdict = share <= BAR.largestShare ? 'met' : 'missed';
    return [
      `${one.backend}: ${one.device}`,
      String(one.length),
      `${one.side} × ${one.side}`,
      three(median(one.attentionMs)),
      three(median(one.pictureMs)),
      ...[share, ratios[0]!, ratios.at(-1)!].map(three),
      hasBar(one) ? `≤ ${BAR.largestShare} ${verdict}` : '',
    ];
  });
  return alignColumns([head, ...rows]);
}
