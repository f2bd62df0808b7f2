// What the picture's benchmark gives, and its line of text. Pure.
import type { BackendKind } from '../../../src/contract/engine.ts';
import { median } from '../../../src/theory/statistics.ts';
import { alignColumns, three } from '../table.ts';

export const LENGTH = 16_384;
export const SIDE = 512;
export const HEAD_DIM = 64;
/** The picture of one head must cost at most this share of that head's attention. */
export const LARGEST_SHARE = 0.7;

/** Host milliseconds, one entry per round; the two take turns. */
export interface PictureResult {
  backend: BackendKind;
  device: string;
  attentionMs: number[];
  pictureMs: number[];
}

/** One head with its picture afterwards and in passing. Host milliseconds, one entry per round. */
export interface PassingResult {
  length: number;
  side: number;
  attentionMs: number[];
  afterMs: number[];
  passingMs: number[];
  peakBytes: number;
  tensorBytes: number;
}

export const PASSING_SHAPES = [
  [1024, 512],
  [2048, 512],
  [4096, 512],
  [4096, 256],
  [16_384, 512],
] as const;

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
  const head = ['backend', 'attention ms', 'picture ms', 'share', 'bar', ''];
  const rows = results.map((one) => {
    const share = median(shares(one));
    return [
      `${one.backend}: ${one.device}`,
      three(median(one.attentionMs)),
      three(median(one.pictureMs)),
      three(share),
      `≤ ${LARGEST_SHARE}`,
      share <= LARGEST_SHARE ? 'met' : 'missed',
    ];
  });
  return alignColumns([head, ...rows]);
}
