// What an export needs to see of the attention lab. Types only; made by AttentionLab, read by everything in this folder.
import type { LabValues } from '../../../params/schema.ts';
import type { PageLanguage } from '../../../state/lab-context.ts';
import type { LabSession } from '../../../state/lab-session.svelte.ts';
import type { Measurements } from '../../../state/measurements.svelte.ts';
import type { AttentionView } from '../attention-view.svelte.ts';
import type { PaintedPicture } from '../painted-picture.svelte.ts';

export interface ExportLab {
  readonly session: LabSession;
  readonly view: AttentionView;
  readonly painted: PaintedPicture;
  readonly measurements: Measurements;
  readonly language: PageLanguage;
  readonly values: LabValues;
  /** Where the whole site is, with a slash at the end. */
  readonly siteUrl: string;
}
