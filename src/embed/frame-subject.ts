// What the frame door needs of the page it speaks for. `pages/` fills it; the door owns none of it.
import type { LabStage } from '../state/lab-stage.svelte.ts';
import type { Machine } from '../state/machine.svelte.ts';
import type { Settings } from '../state/settings.svelte.ts';

export interface FrameSubject {
  settings: Settings;
  machine: Machine;
  /** Speaks for the lab that is shown. */
  stage: LabStage;
  /** Takes the page down and frees everything. */
  destroy: () => void;
}

/** The part that the mounted app gives. */
export type MountedLab = Omit<FrameSubject, 'settings' | 'destroy'>;
