// Creates, fills and reads GPU buffers. Every buffer is labelled `kernel.part`. Who creates destroys.
import { AttentionError } from '../contract/errors.ts';
import type { OpenDevice } from './device.ts';

const STORAGE = 0x80; // GPUBufferUsage.STORAGE: the global does not exist where WebGPU does not
const COPY_SRC = 0x04;
const COPY_DST = 0x08;
const MAP_READ = 0x01;
const UNIFORM = 0x40;
const MODE_READ = 1;

export const USAGE = { storage: STORAGE | COPY_SRC | COPY_DST, uniform: UNIFORM | COPY_DST } as const;

/** Numbers per row, rounded up to whole vec4s. Every matrix on the GPU has rows of this many, the rest zero. */
export function paddedColumns(columns: number): number {
  return Math.ceil(columns / 4) * 4;
}

/** Up to here nobody waits to hear whether there was room: the device says so before anything is read from it. */
const SMALL_BYTES = 4 * 2 ** 20;

/**
 * Throws `too-large` when the device has no memory for it; for a small buffer the next thing that waits for the device does.
 * No await between push, create and pop: scopes would mix.
 */
export async function createBuffer(
  open: OpenDevice,
  label: string,
  byteLength: number,
  usage: GPUBufferUsageFlags = USAGE.storage,
): Promise<GPUBuffer> {
  open.requireAlive();
  const { device } = open;
  const size = Math.max(16, Math.ceil(byteLength / 4) * 4);
  if (size > device.limits.maxBufferSize) throw tooLarge(label, size, device.limits.maxBufferSize);
  device.pushErrorScope('out-of-memory');
  const buffer = device.createBuffer({ label, size, usage });
  open.memory.hold(buffer);
  const answer = device.popErrorScope();
  if (size <= SMALL_BYTES) {
    open.expect(answer.then((failure) => (failure ? tooLarge(label, size, device.limits.maxBufferSize) : null)));
    return buffer;
  }
  const failure = await open.guard(answer);
  if (!failure) return buffer;
  buffer.destroy();
  throw tooLarge(label, size, device.limits.maxBufferSize);
}

function tooLarge(label: string, neededBytes: number, availableBytes: number): AttentionError {
  return new AttentionError('too-large', {
    field: label,
    value: neededBytes,
    allowed: `at most ${availableBytes} bytes in one piece, as far as the GPU has room`,
    numbers: { neededBytes, availableBytes },
  });
}

/** Rows of `columns` numbers as rows of `paddedColumns(columns)`; the same array when nothing is to be added. */
export function padRows(data: Float32Array, columns: number): Float32Array {
  const stride = paddedColumns(columns);
  if (stride === columns) return data;
  const rows = data.length / columns;
  const padded = new Float32Array(rows * stride);
  for (let row = 0; row < rows; row++) padded.set(data.subarray(row * columns, (row + 1) * columns), row * stride);
  return padded;
}

export function unpadRows(data: Float32Array, columns: number): Float32Array {
  const stride = paddedColumns(columns);
  if (stride === columns) return data;
  const rows = data.length / stride;
  const plain = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) plain.set(data.subarray(row * stride, row * stride + columns), row * columns);
  return plain;
}

/**
 * Buffers that are made at once: each one's answer takes a round trip to the GPU process, and they share it. When one cannot be had
 * the others are given up.
 */
export async function allBuffers(making: readonly Promise<GPUBuffer>[]): Promise<GPUBuffer[]> {
  const settled = await Promise.allSettled(making);
  const made = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = settled.find((one) => one.status === 'rejected');
  if (!failed) return made;
  for (const buffer of made) buffer.destroy();
  throw failed.reason;
}

/** A storage buffer holding `data`. */
export async function uploadBuffer(
  open: OpenDevice,
  label: string,
  data: Float32Array | Uint32Array | Uint16Array,
): Promise<GPUBuffer> {
  const buffer = await createBuffer(open, label, data.byteLength);
  open.device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
  return buffer;
}

/** The first bytes of a buffer. */
export interface BufferPart {
  readonly buffer: GPUBuffer;
  readonly byteLength: number;
}

/** Copies that an encoder makes for the host. */
export interface Reading {
  /** After the encoder's work was submitted: fresh copies, in order. */
  finish(): Promise<Float32Array[]>;
  dispose(): void;
}

/** Adds to the encoder copies of all parts into buffers of their own, which `dispose` frees. */
export async function beginReading(
  open: OpenDevice,
  encoder: GPUCommandEncoder,
  parts: readonly BufferPart[],
): Promise<Reading> {
  const stagings = await allBuffers(
    parts.map(({ buffer, byteLength }) =>
      createBuffer(open, `${buffer.label}.staging`, byteLength, MAP_READ | COPY_DST),
    ),
  );
  parts.forEach(({ buffer, byteLength }, index) => {
    if (byteLength > 0) encoder.copyBufferToBuffer(buffer, 0, stagings[index]!, 0, byteLength);
  });
  return {
    async finish() {
      await open.guard(Promise.all(stagings.map((staging) => staging.mapAsync(MODE_READ))));
      return stagings.map((staging, index) => {
        return new Float32Array(staging.getMappedRange().slice(0, parts[index]!.byteLength));
      });
    },
    dispose: () => stagings.forEach((staging) => staging.destroy()),
  };
}

/** Fresh copies of the parts. Waits for all work submitted before. */
export async function readBuffers(open: OpenDevice, parts: readonly BufferPart[]): Promise<Float32Array[]> {
  const encoder = open.device.createCommandEncoder({ label: 'buffers.read' });
  const reading = await beginReading(open, encoder, parts);
  try {
    open.device.queue.submit([encoder.finish()]);
    return await reading.finish();
  } finally {
    reading.dispose();
  }
}

/** A fresh copy of the buffer's first `byteLength` bytes. Waits for all work submitted before. */
export async function readBuffer(open: OpenDevice, buffer: GPUBuffer, byteLength: number): Promise<Float32Array> {
  return (await readBuffers(open, [{ buffer, byteLength }]))[0]!;
}
