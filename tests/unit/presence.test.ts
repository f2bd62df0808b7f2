// When the page counts as seen, what waits until then, and when the GPU is given back: on a clock that the test turns.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RestDepth, Workbench } from '../../src/contract/workbench.ts';
import { attended, Presence } from '../../src/state/presence.svelte.ts';
import { restMs } from '../../src/pages/watch-presence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SEEN = { isVisible: true, isSized: true, isInView: true };

function presenceWithLog() {
  const log: RestDepth[] = [];
  return { log, presence: new Presence({ onRest: (depth) => log.push(depth) }) };
}

test.each(['isVisible', 'isSized', 'isInView'] as const)('a page is not seen without %s', (missing) => {
  const { presence, log } = presenceWithLog();
  presence.see({ ...SEEN, [missing]: false });
  expect(presence.depth).toBe('away');
  presence.see({ [missing]: true });
  expect(presence.depth).toBe('none');
  expect(log).toEqual(['none']);
});

test('a page that was never seen has nothing to give back', () => {
  const { presence, log } = presenceWithLog();
  presence.see({ ...SEEN, isInView: false });
  vi.advanceTimersByTime(600_000);
  expect(log).toEqual([]);
});

test('after a minute unseen the GPU is given back, and not before', () => {
  const { presence, log } = presenceWithLog();
  presence.see(SEEN);
  presence.see({ isVisible: false });
  vi.advanceTimersByTime(59_999);
  expect(log).toEqual(['none', 'away']);
  vi.advanceTimersByTime(1);
  expect(log).toEqual(['none', 'away', 'gone']);
  presence.see({ isSized: false });
  expect(presence.depth).toBe('gone');
  presence.see(SEEN);
  expect(log).toEqual(['none', 'away', 'gone', 'none']);
});

test('a page seen again in time keeps everything, and the minute begins anew', () => {
  const { presence, log } = presenceWithLog();
  presence.see(SEEN);
  presence.see({ isInView: false });
  vi.advanceTimersByTime(40_000);
  presence.see({ isInView: true });
  vi.advanceTimersByTime(40_000);
  presence.see({ isInView: false });
  vi.advanceTimersByTime(40_000);
  expect(log).toEqual(['none', 'away', 'none', 'away']);
});

test('a deck’s hint pauses a page in view, and the next one or the reader resumes it', () => {
  const { presence, log } = presenceWithLog();
  presence.see(SEEN);
  presence.pause();
  presence.pause();
  expect(presence.depth).toBe('away');
  presence.resume();
  expect(presence.depth).toBe('none');
  expect(log).toEqual(['none', 'away', 'none']);
  presence.see({ isVisible: false });
  presence.resume();
  expect(presence.depth).toBe('away');
});

test('calls for work wait until the page is seen; ending work does not', async () => {
  const { presence } = presenceWithLog();
  const calls: string[] = [];
  const note =
    (name: string) =>
    async (...values: unknown[]) => {
      calls.push([name, ...values].join(' '));
      return name;
    };
  const bench = { row: note('row'), cancel: note('cancel'), labs: { runStack: note('stack') } };
  const lab = attended(bench as unknown as Workbench, presence);
  const row = lab.row(1, 2);
  const stack = lab.labs.runStack({} as never, 'cpu', () => {});
  await lab.cancel('row');
  expect(calls).toEqual(['cancel row']);
  presence.see(SEEN);
  expect(await row).toBe('row');
  await stack;
  expect(calls.slice(0, 2)).toEqual(['cancel row', 'row 1 2']);
  expect(calls[2]).toContain('stack');
  await lab.row(3, 4);
  expect(calls.at(-1)).toBe('row 3 4');
});

test.each([
  ['?x-rest-ms=500', 500],
  ['?n=3', 60_000],
  ['?x-rest-ms=0', 60_000],
  ['?x-rest-ms=soon', 60_000],
  ['?x-rest-ms=9e9', 60_000],
])('the private key of %s means %i ms', (search, expected) => {
  expect(restMs(search)).toBe(expected);
});
