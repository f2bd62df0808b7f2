// How a file is refused: always `invalid-file`, with the file's name, what was found, what is allowed, and a reason the
// catalogues know. Called by every importer.
import { AttentionError } from '../contract/errors.ts';

export const MAX_FILE_BYTES = 64 * 2 ** 20;
/** Text grows several times over while it is parsed. */
export const MAX_TEXT_BYTES = 32 * 2 ** 20;

export const FILE_REASONS = [
  'unknown-format',
  'empty-file',
  'file-too-large',
  'header-too-short',
  'header-too-long',
  'header-malformed',
  'version-unknown',
  'type-unknown',
  'pickled-objects',
  'shape-malformed',
  'shape-too-large',
  'size-mismatch',
  'offsets-malformed',
  'offsets-overlap',
  'offsets-leave-hole',
  'too-many-arrays',
  'not-utf8',
  'too-deep',
  'not-json',
  'not-an-array',
  'ragged',
  'not-a-number',
  'not-finite',
  'tokens-mismatch',
  'arrays-missing',
  'arrays-ambiguous',
  'shapes-disagree',
  'dimensions-unknown',
  'not-saved',
  'several-files',
  'saved-elsewhere',
  'settings-malformed',
  'too-many-settings',
] as const;
export type FileReason = (typeof FILE_REASONS)[number];

/** What an importer may say beyond the reason. */
export interface Refusal {
  /** What was found. Long strings are cut when shown. */
  value?: unknown;
  /** What is allowed, in English. */
  allowed: string;
  /** Counts and places, from 0: `row`, `column`, `byte`, `index`, `expected`, `found`, … */
  numbers?: Record<string, number>;
}

const LONGEST_VALUE = 200;

export function refuse(name: string, reason: FileReason, { value, allowed, numbers }: Refusal): never {
  const shown = typeof value === 'string' ? value.slice(0, LONGEST_VALUE) : value;
  throw new AttentionError('invalid-file', {
    field: name,
    value: shown ?? reason,
    allowed,
    reason,
    ...(numbers ? { numbers } : {}),
  });
}
