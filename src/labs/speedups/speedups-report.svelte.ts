// What the speed-ups lab tells of itself to whoever speaks for it outside.
import type { LabReport } from '../../state/lab-stage.svelte.ts';
import type { DeviceLab } from '../../state/device-lab.svelte.ts';
import type { SpeedupsLab } from '../../state/speedups-lab.svelte.ts';

export class SpeedupsReport implements LabReport {
  readonly #lab: SpeedupsLab;
  readonly #device: DeviceLab;
  /** Passes run and experiments finished. */
  readonly shown: number = $derived.by(() => {
    const { once, comparisons, errors, heads } = this.#lab;
    const measured = Object.values(comparisons).reduce((sum, one) => sum + one.measured.length, 0);
    return (once.answer ? 1 : 0) + measured + Object.keys(errors).length + (heads ? 1 : 0);
  });

  constructor(lab: SpeedupsLab, device: DeviceLab) {
    this.#lab = lab;
    this.#device = device;
  }

  get isBusy(): boolean {
    return this.#lab.jobs.running !== null || this.#lab.once.isRunning || this.#device.running !== null;
  }
  get backend(): LabReport['backend'] {
    return this.#lab.once.answer?.backend ?? null;
  }
  get failure(): LabReport['failure'] {
    const failure = this.#lab.once.failure;
    return failure && { ...failure, during: 'compute' };
  }
  get usesEncoder(): boolean {
    return this.#lab.heads !== null || this.#lab.errors['text']?.errors !== undefined;
  }
}
