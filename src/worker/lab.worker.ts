// The one worker script; its name says which role it plays: the door to the engine, or a CPU thread of that engine.
// Threads are started from this script's own address, which works for a URL, a blob and a data: worker alike.
import { expose } from 'comlink';
import { serveCpuThread } from '../cpu/thread.ts';
import { Door } from './door.ts';
import { CPU_THREAD_ROLE } from './protocol.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;

function spawnThread(): Worker {
  const type = import.meta.env.DEV ? 'module' : 'classic';
  return new Worker(scope.location.href, { type, name: CPU_THREAD_ROLE });
}

if (scope.name === CPU_THREAD_ROLE) serveCpuThread(scope);
else expose(new Door(spawnThread), scope);
