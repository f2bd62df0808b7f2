// PNG by the book (W3C PNG, third edition): writes RGBA pixels without loss, for the raster inside an SVG, and adds words to a PNG that a
// canvas has written. No canvas here.

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let code = byte;
  for (let bit = 0; bit < 8; bit++) code = code & 1 ? (code >>> 1) ^ 0xedb88320 : code >>> 1;
  return code >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let code = 0xffffffff;
  for (const byte of bytes) code = (code >>> 8) ^ crcTable[(code ^ byte) & 0xff]!;
  return ~code >>> 0;
}

function join(...parts: ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const letters = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

function word(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function chunk(type: string, data: ArrayLike<number>): Uint8Array {
  const body = join(letters(type), data);
  return join(word(data.length), body, word(crc32(body)));
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** RGBA `[height, width, 4]` as a PNG file. */
export async function encodePng(pixels: Uint8ClampedArray, width: number, height: number): Promise<Uint8Array> {
  const stride = width * 4;
  // A zero before each line: no filter. Pictures of weights are all edges.
  const lines = new Uint8Array(height * (stride + 1));
  for (let row = 0; row < height; row++)
    lines.set(pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  const header = [...word(width), ...word(height), 8, 6, 0, 0, 0];
  return join(SIGNATURE, chunk('IHDR', header), chunk('IDAT', await deflate(lines)), chunk('IEND', []));
}

/** The same PNG with words in it (`iTXt`, UTF-8): keywords of the standard, such as Title, Description, Source, Software. */
export function withPngText(file: Uint8Array, words: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const HEADER_END = SIGNATURE.length + 25;
  const chunks = Object.entries(words).map(([keyword, text]) =>
    // Keyword, not compressed, no language, no translated keyword.
    chunk('iTXt', join(letters(keyword), [0, 0, 0, 0, 0], new TextEncoder().encode(text.replaceAll('\0', '')))),
  );
  return join(file.subarray(0, HEADER_END), ...chunks, file.subarray(HEADER_END));
}

export function base64Of(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
