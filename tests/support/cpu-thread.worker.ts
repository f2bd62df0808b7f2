// A nested CPU thread for tests. Besides the protocol it obeys `crash`: it throws.
import { serveCpuThread } from '../../src/cpu/thread.ts';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.addEventListener('message', (event: MessageEvent) => {
  if (event.data.type === 'crash') throw new Error('crashed on request');
});
serveCpuThread(scope);
