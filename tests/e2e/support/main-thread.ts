// What a page's main thread did while something was done to it, task by task, from the browser's own trace.
// Called by the timed end-to-end tests.
import type { Browser, Page } from 'playwright';

export interface MainThreadTask {
  /** From its begin to its end, other programs' turns on the processor included. */
  wallMs: number;
  /** The thread's own processor time: what the page's work takes, on a busy machine too. */
  processorMs: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  dur: number;
  tdur?: number;
  args: { name?: string };
}

/** The tasks of the page's main thread during `use`, the one with most processor time first. Chromium only. */
export async function mainThreadTasks(
  browser: Browser,
  page: Page,
  use: () => Promise<void>,
): Promise<MainThreadTask[]> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
  await use();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid}.${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map((event) => threadOf(event)),
  );
  return traceEvents
    .filter((event) => event.name === 'RunTask' && event.ph === 'X' && mains.has(threadOf(event)))
    .map(({ dur, tdur }) => ({ wallMs: dur / 1000, processorMs: (tdur ?? dur) / 1000 }))
    .sort((a, b) => b.processorMs - a.processorMs);
}
