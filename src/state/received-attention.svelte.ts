// How much attention each key of the shown head receives, over all queries. Asked for only when somebody looks at a key and the page
// rests; one answer serves every key of the head. Read by the reading panel.
import type { ReceivedPair, Workbench } from '../contract/workbench.ts';

export class ReceivedAttention {
  readonly #workbench: Workbench;
  pair = $state.raw<ReceivedPair | null>(null);
  #wanted = '';

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** The sums of this computation and head, once they are there. */
  of(generation: number, head: number): ReceivedPair | null {
    return this.pair?.generation === generation && this.pair.head === head ? this.pair : null;
  }

  /** Fetches them unless they are known or on their way. A failed request is made anew when a key is next looked at. */
  async show(generation: number, head: number): Promise<void> {
    const key = `${generation} ${head}`;
    if (this.#wanted === key) return;
    this.#wanted = key;
    try {
      const pair = await this.#workbench.received(head);
      if (this.#wanted === key) this.pair = pair;
    } catch {
      if (this.#wanted === key) this.#wanted = '';
    }
  }
}
