// Who creates disposes: a scope holds every tensor made inside it and frees what is left when the work ends, however it ends.
import type { BackendTensor } from '../contract/backend.ts';

export class TensorScope {
  readonly #held = new Set<BackendTensor>();

  /** Awaits a tensor and holds it. */
  async hold(made: Promise<BackendTensor>): Promise<BackendTensor> {
    const tensor = await made;
    this.#held.add(tensor);
    return tensor;
  }

  /** Frees tensors before the scope ends. */
  release(...tensors: BackendTensor[]): void {
    for (const tensor of tensors) if (this.#held.delete(tensor)) tensor.dispose();
  }

  dispose(): void {
    this.release(...this.#held);
  }
}
