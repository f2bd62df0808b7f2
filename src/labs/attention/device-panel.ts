// What every part of the timing panel that is loaded on demand gets. Types only.
import type { BackendKind } from '../../contract/engine.ts';
import type { Measurement, Series, Setting } from '../../contract/workbench.ts';
import type { DeviceLab } from '../../state/device-lab.svelte.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';

export interface DevicePanelProps {
  device: DeviceLab;
  session: LabSession;
  setting: Setting;
  /** The newest measurements of the shown setting. */
  measured: readonly Measurement[];
  names: Readonly<Record<Series, string>>;
  backendNames: Readonly<Record<BackendKind, string>>;
  /** Nothing else is timed, and there are queries, keys and values to time. */
  canStart: boolean;
}
