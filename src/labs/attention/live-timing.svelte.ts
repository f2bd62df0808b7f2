// Live timing: once the pictures rest, the shown setting is measured; any change makes its numbers void, and so does a new plan of the
// kernels. Created once while the attention lab is set up; the timing panel reads it.
import { untrack } from 'svelte';
import type { DeviceLab } from '../../state/device-lab.svelte.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';
import type { Measurements } from '../../state/measurements.svelte.ts';
import type { AttentionView } from './attention-view.svelte.ts';

const MEASURE_PAUSE_MS = 900;

interface Timed {
  session: LabSession;
  view: AttentionView;
  measurements: Measurements;
  device: DeviceLab;
}

export class LiveTiming {
  readonly #timed: Timed;

  constructor(timed: Timed) {
    this.#timed = timed;
    const { session, measurements, device } = timed;
    $effect(() => {
      void this.generation;
      untrack(() => {
        measurements.forget();
        device.forgetSetting();
      });
    });
    $effect(() => {
      void this.generation;
      void session.backends?.gpu;
      void session.lastEvent;
      const { setting } = this;
      if (this.hasTensors) untrack(() => void device.showPlans(setting));
    });
    // Times by the plans before say nothing of the new ones.
    $effect(() => {
      if (session.lastEvent?.type === 'tuned') untrack(() => measurements.forget());
    });
    $effect(() => this.#measureAtRest());
  }

  /** There is something to time: Q, K and V that the worker itself has computed with. */
  hasTensors = $derived.by(() => {
    const { source, isLive } = this.#timed.session;
    return isLive && source !== null && !source.isMatrix;
  });
  generation = $derived.by(() => {
    const { isLive, computed } = this.#timed.session;
    return isLive ? computed?.generation : undefined;
  });
  setting = $derived.by(() => {
    const { session, view } = this.#timed;
    return { ...view.setting, length: view.length, heads: session.computed?.heads ?? 1 };
  });

  #measureAtRest(): (() => void) | undefined {
    const { session, view, measurements, device } = this.#timed;
    const isMeasured = Object.keys(measurements.live).length > 0 || measurements.measuring;
    const isResting =
      session.activity === 'idle' && !measurements.sweeping && device.running === null && !session.failure;
    const isHidden = document.visibilityState === 'hidden';
    if (this.generation === undefined || !isResting || isMeasured || !this.hasTensors || isHidden) return undefined;
    const { length, heads } = session.computed!;
    const setting = { ...view.setting, length, heads };
    const timer = setTimeout(() => untrack(() => void measurements.measure(setting)), MEASURE_PAUSE_MS);
    return () => clearTimeout(timer);
  }
}
