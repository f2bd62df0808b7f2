// Waiting with a limit, and what an error says in a line. Called by the runner and its tabs.
import { setTimeout as sleep } from 'node:timers/promises';

export class OverTime extends Error {}

/** The promise, or `OverTime` after `ms`. What was begun goes on. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const clock = new AbortController();
  const late = sleep(ms, undefined, { signal: clock.signal }).then(() => {
    throw new OverTime(`over ${Math.round(ms / 1000)} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clock.abort();
  }
}

/** The sentence of an error that crossed from the page. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^page\.evaluate: /, '')
    .split('\n')[0]!
    .slice(0, 300);
}
