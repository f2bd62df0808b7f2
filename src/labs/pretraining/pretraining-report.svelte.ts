// What the lab tells of itself to whoever speaks for it outside. Masks and orders are there at once; they need no backend.
import type { LabReport } from '../../state/lab-stage.svelte.ts';
import type { PretrainingView } from './pretraining-view.svelte.ts';

export class PretrainingReport implements LabReport {
  readonly #view: PretrainingView;
  /** The four draws, and experiments finished since. */
  readonly shown: number = $derived.by(() => {
    const { statistics, embeddings } = this.#view.lab;
    return 1 + Object.keys(statistics?.of ?? {}).length + Object.keys(embeddings).length;
  });

  constructor(view: PretrainingView) {
    this.#view = view;
  }

  get isBusy(): boolean {
    return this.#view.lab.jobs.running !== null;
  }
  get backend(): LabReport['backend'] {
    const { embeddings } = this.#view.lab;
    return (embeddings.webgpu ?? embeddings.cpu)?.backend ?? null;
  }
  get failure(): LabReport['failure'] {
    const failure = this.#view.lab.jobs.failures.pairs;
    return failure ? { ...failure, during: 'compute' } : null;
  }
  get usesEncoder(): boolean {
    return Object.keys(this.#view.lab.embeddings).length > 0;
  }
}
