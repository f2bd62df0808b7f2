// What the page calls: a workbench in a worker, and which rung of the start-up ladder it runs on.
import type { Workbench } from '../contract/workbench.ts';
import { Link } from './link.ts';
import { RemoteWorkbench } from './remote-workbench.ts';

/** A workbench whose worker starts with its first call. */
export function openWorkbench(): Workbench {
  return new RemoteWorkbench(new Link());
}

/** Resolves with a worker that answers. Rejects with `internal` only when not even the main thread can stand in. */
export async function connectWorkbench(link = new Link()): Promise<{ workbench: Workbench; rung: string }> {
  const { rung } = await link.connection();
  return { workbench: new RemoteWorkbench(link), rung };
}
