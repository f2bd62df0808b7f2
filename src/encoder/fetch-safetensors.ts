// Streams one of our safetensors files: checks the header as soon as it is there, then reports the share received.
// The server's own caching rules apply. What the tensors mean is `weights-file.ts`'s and `example-file.ts`'s affair.
import type { RunControl } from '../contract/backend.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import { headerLength, invalidFile, LENGTH_BYTES, parseHeader, type SafetensorsHeader } from './safetensors.ts';

export interface SafetensorsFile {
  readonly bytes: Uint8Array;
  readonly header: SafetensorsHeader;
}

/** Grows while the header is incomplete, then becomes one buffer of the file's exact size. */
class Receiver {
  readonly #field: string;
  #bytes = new Uint8Array(0);
  #received = 0;
  #header: SafetensorsHeader | null = null;

  constructor(field: string) {
    this.#field = field;
  }

  accept(chunk: Uint8Array): void {
    if (this.#header === null) {
      const joined = new Uint8Array(this.#received + chunk.length);
      joined.set(this.#bytes);
      joined.set(chunk, this.#received);
      this.#bytes = joined;
      this.#received = joined.length;
      this.#readHeader();
      return;
    }
    const received = this.#received + chunk.length;
    if (received > this.#header.byteLength) throw this.#tooLong(received, this.#header);
    this.#bytes.set(chunk, this.#received);
    this.#received = received;
  }

  #tooLong(received: number, header: SafetensorsHeader): AttentionError {
    return invalidFile(this.#field, 'trailing-bytes', received, `${header.byteLength} bytes`);
  }

  #readHeader(): void {
    if (this.#received < LENGTH_BYTES) return;
    if (this.#received < LENGTH_BYTES + headerLength(this.#bytes, this.#field)) return;
    const header = parseHeader(this.#bytes, this.#field);
    if (this.#received > header.byteLength) throw this.#tooLong(this.#received, header);
    const whole = new Uint8Array(header.byteLength);
    whole.set(this.#bytes);
    this.#bytes = whole;
    this.#header = header;
  }

  /** 0 until the header says how much there is to come: `Content-Length` counts compressed bytes. */
  get share(): number {
    return this.#header === null ? 0 : this.#received / this.#header.byteLength;
  }

  finish(): SafetensorsFile {
    if (this.#header === null || this.#received < this.#header.byteLength)
      throw invalidFile(
        this.#field,
        'truncated',
        this.#received,
        this.#header === null ? 'a whole header' : `${this.#header.byteLength} bytes`,
      );
    return { bytes: this.#bytes, header: this.#header };
  }
}

/** Every failure of the network as our own error; what is already ours passes through. */
function asOurs(error: unknown, url: string, control: RunControl): unknown {
  if (error instanceof AttentionError) return error;
  if (control.signal?.aborted) return new AttentionError('aborted');
  return invalidFile(url, 'unreachable', error instanceof Error ? error.message : error, 'an address that answers');
}

/** Rejects with `invalid-file`: `reason` is `http-status`, `unreachable`, `html`, `not-safetensors`, `bad-header`, `truncated` … */
export async function fetchSafetensors(url: string, control: RunControl = {}): Promise<SafetensorsFile> {
  throwIfAborted(control.signal);
  const receiver = new Receiver(url);
  try {
    const response = await fetch(url, { signal: control.signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw invalidFile(url, 'http-status', response.status, 'a file that is there (status 200)');
    }
    control.onProgress?.(0);
    const reader = response.body.getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        receiver.accept(next.value);
        control.onProgress?.(receiver.share);
      }
    } catch (error) {
      // Stop the download; its own rejection would say nothing new.
      await reader.cancel().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw asOurs(error, url, control);
  }
  return receiver.finish();
}
