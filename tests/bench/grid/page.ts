// Runs inside the browser: the benchmark of the lab's own page, without the page. `run-grid.ts` calls `benchmark`.
import type { BenchmarkOptions, BenchmarkReport } from '../../../src/contract/benchmark.ts';
import { Link } from '../../../src/worker/link.ts';
import { RemoteWorkbench } from '../../../src/worker/remote-workbench.ts';

/** The last report. `onProgress` gets the share done, 0…1, and the newest row's or gap's case. */
async function benchmark(
  options: BenchmarkOptions,
  onProgress: (done: number, latest: string) => void,
): Promise<BenchmarkReport | null> {
  const workbench = new RemoteWorkbench(new Link());
  // No source is opened, so neither file is fetched.
  const files = { weightsUrl: `${location.origin}/none`, exampleUrl: `${location.origin}/none` };
  await workbench.start({ ...files, tunesWhenIdle: false }, () => undefined);
  let report: BenchmarkReport | null = null;
  try {
    await workbench.benchmark(options, (newest, done) => {
      report = newest;
      onProgress(done, newest.rows.at(-1)?.case ?? '');
    });
    return report;
  } finally {
    await workbench.dispose();
  }
}

Object.assign(globalThis, { benchmark });
