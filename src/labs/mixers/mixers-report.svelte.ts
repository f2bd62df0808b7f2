// What the mixers lab tells of itself to whoever speaks for it outside.
import type { LabReport } from '../../state/lab-stage.svelte.ts';
import type { MixersLab } from '../../state/mixers-lab.svelte.ts';
import type { Machine } from '../../state/machine.svelte.ts';
import type { MixersView } from './mixers-view.svelte.ts';

export class MixersReport implements LabReport {
  readonly #lab: MixersLab;
  readonly #view: MixersView;
  readonly #machine: Machine;
  /** The counts of Table 1 are there as soon as it is known what computes; then every measurement. */
  readonly shown: number = $derived.by(() => {
    const measured = Object.values(this.#lab.sweeps).reduce((sum, { measured: all }) => sum + all.length, 0);
    return (this.#machine.backends === null ? 0 : 1) + measured;
  });

  constructor(lab: MixersLab, view: MixersView, machine: Machine) {
    this.#lab = lab;
    this.#view = view;
    this.#machine = machine;
  }

  get isBusy(): boolean {
    return this.#lab.jobs.running !== null;
  }
  get backend(): LabReport['backend'] {
    const { backends } = this.#machine;
    return (this.#view.kind === 'webgpu' ? backends?.gpu : backends?.cpu) ?? null;
  }
  get failure(): LabReport['failure'] {
    const failure = Object.values(this.#lab.jobs.failures).find((one) => one !== undefined);
    return failure ? { ...failure, during: 'compute' } : null;
  }
}
