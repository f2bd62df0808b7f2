// The page's side of the workbench when the first worker goes silent while it starts: another takes its place, once.
import { describe, expect, it } from 'vitest';
import type { WorkbenchBackends } from '../../src/contract/workbench.ts';
import { AttentionError } from '../../src/contract/errors.ts';
import { workerGone, type Connection } from '../../src/worker/connection.ts';
import type { Link } from '../../src/worker/link.ts';
import { RemoteWorkbench } from '../../src/worker/remote-workbench.ts';

const backends = { gpu: null, gpuReason: 'no-webgpu' } as unknown as WorkbenchBackends;

/** A link whose connections answer `startWorkbench` as told, in turn. */
function linkOf(...answers: (WorkbenchBackends | AttentionError)[]) {
  let started = 0;
  const link = {
    connection: () => {
      const answer = answers[Math.min(started++, answers.length - 1)]!;
      const call = () => (answer instanceof AttentionError ? Promise.reject(answer) : Promise.resolve(answer));
      return Promise.resolve({ isDead: false, call } as unknown as Connection);
    },
  };
  return { link: link as unknown as Link, count: () => started };
}
const options = { weightsUrl: 'w', exampleUrl: 'e' };

describe('starting the workbench', () => {
  it('takes another worker when the first goes silent', async () => {
    const { link, count } = linkOf(workerGone(), backends);
    expect(await new RemoteWorkbench(link).start(options, () => {})).toBe(backends);
    expect(count()).toBe(2);
  });

  it('gives up when the second goes silent too', async () => {
    const { link, count } = linkOf(workerGone());
    await expect(new RemoteWorkbench(link).start(options, () => {})).rejects.toMatchObject({
      detail: { reason: 'worker-gone' },
    });
    expect(count()).toBe(2);
  });

  it('does not try again after any other failure', async () => {
    const { link, count } = linkOf(new AttentionError('backend-unavailable'));
    await expect(new RemoteWorkbench(link).start(options, () => {})).rejects.toMatchObject({
      code: 'backend-unavailable',
    });
    expect(count()).toBe(1);
  });
});
