// What a nested worker runs: it keeps resident data, does jobs and answers pings. The worker door calls it when the worker's role is a
// CPU thread. Knows nothing of heads to come, budgets or cancelling: the pool simply stops handing out.
import { JobBench, type Job, type JobReply, type ResidentData } from './jobs.ts';

export type ThreadRequest =
  | { type: 'ping' }
  | { type: 'hold'; key: string; resident: ResidentData }
  | { type: 'release'; key: string }
  | { type: 'job'; id: number; job: Job };

export type ThreadReply =
  { type: 'pong' } | { type: 'done'; id: number; reply: JobReply } | { type: 'failed'; id: number; message: string };

/** The part of a worker's global scope a thread needs. */
export interface ThreadScope {
  postMessage(message: ThreadReply, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Serves until the worker is terminated. Says `pong` at once: a ping that came before the listener is answered too. */
export function serveCpuThread(scope: ThreadScope): void {
  const bench = new JobBench();
  scope.addEventListener('message', (event) => {
    const request = event.data as ThreadRequest;
    if (request.type === 'ping') scope.postMessage({ type: 'pong' }, []);
    else if (request.type === 'hold') bench.hold(request.key, request.resident);
    else if (request.type === 'release') bench.release(request.key);
    else if (request.type === 'job') answer(scope, bench, request);
  });
  scope.postMessage({ type: 'pong' }, []);
}

function answer(scope: ThreadScope, bench: JobBench, { id, job }: { id: number; job: Job }): void {
  try {
    const reply = bench.perform(job);
    scope.postMessage(
      { type: 'done', id, reply },
      reply.arrays.map((array) => array.buffer as ArrayBuffer),
    );
  } catch (error) {
    scope.postMessage({ type: 'failed', id, message: String(error) }, []);
  }
}
