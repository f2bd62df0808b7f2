// What the frame door needs of the page it speaks for. `pages/` fills it; the door owns none of it.
import type { ExportPayload } from '../contract/frame-protocol.ts';
import type { LabSession } from '../state/lab-session.svelte.ts';
import type { Settings } from '../state/settings.svelte.ts';

export interface FrameSubject {
  settings: Settings;
  session: LabSession;
  /** Rejects with an `AttentionError`. The payload's values are not checked yet. */
  exportView: (request: ExportPayload) => Promise<{ blob: Blob; filename: string; mime: string }>;
  /** What is on screen in the page's language; null while there is nothing. `withNames` may quote tokens. */
  describe: (withNames: boolean) => string | null;
  /** Takes the page down and frees everything. */
  destroy: () => void;
}

/** The part that the mounted app gives. */
export type MountedLab = Omit<FrameSubject, 'settings' | 'destroy'>;
