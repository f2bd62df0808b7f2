// Callbacks through the door: what work that was abandoned reports after its call has ended is passed over.
import { releaseProxy } from 'comlink';
import { describe, expect, it } from 'vitest';
import { Reports } from '../../src/worker/reports.ts';

/** A callback as comlink hands it over: once released, calling it throws. */
function remoteCallback() {
  const heard: number[] = [];
  let isReleased = false;
  const callback = (value: number): Promise<void> => {
    if (isReleased) throw new Error('Proxy has been released and is not useable');
    heard.push(value);
    return Promise.resolve();
  };
  return { heard, callback: Object.assign(callback, { [releaseProxy]: () => (isReleased = true) }) };
}

describe('reports', () => {
  it.each(['progress', 'deliveries'] as const)('pass over %s that come after the end', async (kind) => {
    const reports = new Reports();
    const { heard, callback } = remoteCallback();
    const report = reports[kind](callback as unknown as (value: number) => void);
    report(1);
    await reports.end();
    expect(heard).toEqual([1]);
    expect(() => report(2)).not.toThrow();
    await Promise.resolve();
    expect(heard).toEqual([1]);
  });
});
