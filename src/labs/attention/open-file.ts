// A dropped file: Q, K and V or a matrix to be opened, or a view the lab has saved, whose settings come back with it.
// The worker reads it; here only its settings are checked. Called by AttentionLab.
import { AttentionError } from '../../contract/errors.ts';
import type { Notice } from '../../params/read-values.ts';
import { restoredValues } from '../../params/restored-values.ts';
import type { LabValues, ParameterId } from '../../params/schema.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';
import type { Viewport } from '../../viz/viewport.ts';

const MOST_BYTES = 64 * 1024 * 1024;

export interface OpenedFile {
  /** To be opened as the source; null when the settings alone say where everything comes from. */
  file: { name: string; bytes: ArrayBuffer } | null;
  patch: Partial<LabValues>;
  /** The part that was in view; null for everything. Undefined: the file says nothing of it. */
  viewport: Viewport | null | undefined;
  notices: Notice[];
}

/** Rejects with `invalid-file` when the file is of no use. */
export async function understandFile(
  dropped: File,
  session: LabSession,
  current: LabValues,
  isLocked: (id: ParameterId) => boolean,
): Promise<OpenedFile> {
  const { name, size } = dropped;
  if (size > MOST_BYTES)
    throw new AttentionError('invalid-file', { field: name, value: size, reason: 'file-too-large' });
  const file = { name, bytes: await dropped.arrayBuffer() };
  const saved = await session.readSaved(name, file.bytes);
  if (!saved) return { file, patch: { source: 'file' }, viewport: undefined, notices: [] };
  const { patch, notices } = restoredValues(saved.params, current, isLocked);
  return {
    file: saved.hasNumbers ? file : null,
    patch: saved.hasNumbers ? { ...patch, source: 'file' } : patch,
    viewport: saved.viewport,
    notices,
  };
}
