// Runs inside the browser: the labs' own sweeps and comparisons through the worker door. `run-mixers.ts` calls these.
import type { MixerGap, MixerMeasurement, MixerSweep } from '../../../src/contract/mixers.ts';
import type { StackComparison, StackGap, StackMeasurement } from '../../../src/contract/stack.ts';
import { Link } from '../../../src/worker/link.ts';
import { RemoteWorkbench } from '../../../src/worker/remote-workbench.ts';

async function withWorkbench<T>(act: (workbench: RemoteWorkbench) => Promise<T>): Promise<T> {
  const workbench = new RemoteWorkbench(new Link());
  // No source is opened, so neither file is fetched.
  const files = { weightsUrl: `${location.origin}/none`, exampleUrl: `${location.origin}/none` };
  await workbench.start({ ...files, tunesWhenIdle: false }, () => undefined);
  try {
    return await act(workbench);
  } finally {
    await workbench.dispose();
  }
}

const sweepMixers = (sweep: MixerSweep) =>
  withWorkbench(async ({ labs }) => {
    const results: (MixerMeasurement | MixerGap)[] = [];
    const startMs = performance.now();
    await labs.sweepMixers(sweep, (result) => results.push(result));
    return { results, wallMs: performance.now() - startMs };
  });

const compareStacks = (comparison: StackComparison) =>
  withWorkbench(async ({ labs }) => {
    const results: (StackMeasurement | StackGap)[] = [];
    const startMs = performance.now();
    await labs.compareStacks(
      comparison,
      (result) => results.push(result),
      () => undefined,
    );
    return { results, wallMs: performance.now() - startMs };
  });

Object.assign(globalThis, { sweepMixers, compareStacks });
