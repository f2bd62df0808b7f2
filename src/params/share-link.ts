// The hash of a share link: `#s=1.<base64url(deflate-raw(JSON))>`. Nothing is sent to a server and nothing stored. Reading is done on
// whatever stands in the address: its length is bounded before, its inflated size during decompression.
import { isWhole } from './read-values.ts';
import type { LabValues } from './schema.ts';
import { stateOf, type LabState } from './state.ts';

/** A longer link is offered as a file instead: some chat programs and servers cut there. */
export const LONGEST_LINK = 2000;
const LONGEST_READ = 16_384;
const MOST_INFLATED_BYTES = 65_536;
const PREFIX = 's=1.';

function base64urlOf(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** All bytes of a stream; null when there are more than `most`. */
async function collect(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel().catch(() => {});
      return null;
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const through = (bytes: Uint8Array<ArrayBuffer>, transform: CompressionStream | DecompressionStream) =>
  new Blob([bytes]).stream().pipeThrough(transform);

/** The hash without `#`. */
export async function encodeShare(state: LabState): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(state));
  const packed = await collect(through(json, new CompressionStream('deflate-raw')), Infinity);
  return `${PREFIX}${base64urlOf(packed!)}`;
}

/** What a hash holds: the state to be read by `readState`, or the word for why it cannot be; null when it holds none. Never throws. */
export async function decodeShare(hash: string): Promise<unknown> {
  const text = hash.replace(/^#/, '');
  if (!/^s=/i.test(text)) return null;
  if (text.length > LONGEST_READ) return 'too-long';
  if (!text.startsWith(PREFIX))
    return /^s=[0-9]+\./i.test(text) ? { v: Number.parseInt(text.slice(2), 10) } : 'damaged';
  try {
    const inflated = await collect(
      through(bytesOf(text.slice(PREFIX.length)), new DecompressionStream('deflate-raw')),
      MOST_INFLATED_BYTES,
    );
    return inflated ? JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(inflated)) : 'too-long';
  } catch {
    return 'damaged';
  }
}

/**
 * The address that shows these values to anyone. Null when the link would be too long or when something of them cannot travel in one, a file
 * or a text longer than it takes.
 * `base` is the page's own address without query and hash.
 */
export async function shareLink(base: string, values: LabValues): Promise<string | null> {
  if (!isWhole(values)) return null;
  const link = `${base}#${await encodeShare(stateOf(values))}`;
  return link.length <= LONGEST_LINK ? link : null;
}
