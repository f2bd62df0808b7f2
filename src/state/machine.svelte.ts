// The workbench as the page sees it: started once, what can compute, what happened to the GPU. One per page; every lab reads it.
import type { Workbench, WorkbenchBackends, WorkbenchEvent } from '../contract/workbench.ts';

export class Machine {
  readonly workbench: Workbench;
  /** Null until the workbench has started. */
  backends = $state.raw<WorkbenchBackends | null>(null);
  lastEvent = $state.raw<WorkbenchEvent | null>(null);
  /** The workbench could not be started: nothing can be computed. */
  hasFailed = $state(false);

  constructor(workbench: Workbench) {
    this.workbench = workbench;
  }

  async start(weightsUrl: string, exampleUrl: string): Promise<void> {
    try {
      const known = await this.workbench.start({ weightsUrl, exampleUrl }, (event) => {
        this.lastEvent = event;
        if (event.type === 'backends') this.backends = event.backends;
      });
      // An event may overtake the answer, and then knows more.
      this.backends ??= known;
    } catch {
      this.hasFailed = true;
    }
  }
}
