// What the page gives every lab. A lab is one Svelte component in a folder of its own; the page mounts it when it is first shown and keeps it,
// hidden, so that nothing is lost when the reader looks into another.
import type { LabValues } from '../params/schema.ts';
import type { LabStage } from '../state/lab-stage.svelte.ts';
import type { Machine } from '../state/machine.svelte.ts';

export interface LabProps {
  machine: Machine;
  /** The lab enters while it is active, and leaves when it is not. */
  stage: LabStage;
  /** The lab's own: they rest while another lab is shown. */
  values: LabValues;
  /** The lab is the one that is shown. One that is not computes and measures nothing. */
  active: boolean;
  /** In a frame: the picture and the controls that were chosen; no lesson. */
  compact: boolean;
  /** Where the whole site is, with a slash at the end. */
  siteUrl: string;
  onchange: <Key extends keyof LabValues>(key: Key, value: LabValues[Key]) => void;
  /** A line above the lab until it is dismissed or given anew; empty words take it away. */
  onnotice: (id: string, words: string, grave: boolean) => void;
}
