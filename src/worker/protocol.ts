// The words both sides of the worker door share. No behaviour beyond packing and unpacking an answer.
import { AttentionError, type AttentionErrorCode, type AttentionErrorDetail } from '../contract/errors.ts';

/** A worker of another release is refused by this. Raise it when the door's methods change. */
export const DOOR_VERSION = 'attention-lab-door/4';
/** A worker's name says which of the script's roles it plays. */
export const DOOR_ROLE = 'attention-lab';
export const CPU_THREAD_ROLE = 'attention-lab-cpu';

export interface Pong {
  version: string;
  /** Whether the worker may see the GPU at all: blob workers of opaque origins may not. */
  isSecure: boolean;
}

/** What crosses the door: errors lose their class on the way, so they travel as data. */
export type Answer<T> =
  { ok: true; value: T } | { ok: false; code: AttentionErrorCode; detail: AttentionErrorDetail; message: string };

export function refusal(error: unknown): Answer<never> {
  if (error instanceof AttentionError)
    return { ok: false, code: error.code, detail: cloneableDetail(error.detail), message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { ok: false, code: 'internal', detail: { reason: message }, message };
}

/** The value at fault may be anything a caller passed, even what cannot be posted. */
function cloneableDetail(detail: AttentionErrorDetail): AttentionErrorDetail {
  const { value } = detail;
  const isPlain = value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
  return isPlain ? detail : { ...detail, value: Array.isArray(value) ? value.map(String) : typeof value };
}

export function valueOf<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  throw new AttentionError(answer.code, answer.detail, answer.message);
}

/** Every buffer behind the typed arrays of an answer: results are moved, not copied. */
export function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const visit = (part: unknown) => {
    if (typeof part !== 'object' || part === null) return;
    if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) buffers.add(part.buffer);
    } else if (Array.isArray(part)) {
      // Lists of labels and numbers hold no arrays; looking at the first is enough.
      if (typeof part[0] === 'object') part.forEach(visit);
    } else Object.values(part).forEach(visit);
  };
  visit(value);
  return [...buffers];
}
