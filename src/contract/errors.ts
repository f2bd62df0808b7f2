// The one error class of the project. The UI words its messages from `code` and `detail`, never from `message`.

export type AttentionErrorCode =
  | 'invalid-problem'
  | 'shape-mismatch'
  | 'non-finite-input'
  | 'too-large'
  | 'backend-unavailable'
  | 'aborted'
  | 'device-lost'
  | 'disposed'
  | 'invalid-file'
  | 'internal';

/** What was wrong, as data, so that every language can say it. */
export interface AttentionErrorDetail {
  /** The field, parameter, tensor or file at fault. */
  field?: string;
  /** What it was. */
  value?: unknown;
  /** What is allowed, in English; catalogues word it by `reason` where they can. */
  allowed?: string;
  /** A finer code the catalogue knows, e.g. `header-too-long` of `invalid-file`. */
  reason?: string;
  /** Numbers a message may need, e.g. `neededBytes`, `availableBytes`, `largestLength`. */
  numbers?: Record<string, number>;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}…` : value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? `[${value.join(', ')}]` : 'an object';
  return String(value);
}

function sentence(code: AttentionErrorCode, detail: AttentionErrorDetail): string {
  const parts = [code.replaceAll('-', ' ')];
  if (detail.field !== undefined) parts.push(`${detail.field} is ${shown(detail.value)}`);
  if (detail.allowed !== undefined) parts.push(`allowed: ${detail.allowed}`);
  return parts.join('; ');
}

/** Every rejection of the engine and the encoder. `code` is stable; `message` names field, value and what is allowed. */
export class AttentionError extends Error {
  override readonly name = 'AttentionError';
  readonly code: AttentionErrorCode;
  readonly detail: AttentionErrorDetail;

  constructor(code: AttentionErrorCode, detail: AttentionErrorDetail = {}, message?: string) {
    super(message ?? sentence(code, detail));
    this.code = code;
    this.detail = detail;
  }
}

/** Throws `aborted` when the signal has been aborted. Call between slices. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AttentionError('aborted');
}

/** True for the rejection of a call that its caller gave up. */
export function isAborted(error: unknown): boolean {
  return error instanceof AttentionError && error.code === 'aborted';
}
