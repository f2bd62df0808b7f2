// Starts the worker wherever the page may be: from its address; from a blob of its text (module from another origin);
// from a data: address (sandboxed frames, where only that one may see the GPU); else the engine runs on the main thread,
// in slices. A rung counts when it answers a ping with the right version in time. Who calls: `link.ts`.
import { expose, releaseProxy, wrap } from 'comlink';
import type { Door } from './door.ts';
import type { RemoteDoor, Started } from './connection.ts';
import { DOOR_ROLE, DOOR_VERSION, type Pong } from './protocol.ts';

export const RUNGS = ['url', 'blob', 'data', 'main-thread'] as const;
export type Rung = (typeof RUNGS)[number];

/** Chromium refuses longer data: workers. */
const LONGEST_DATA_URL = 2_000_000;

export interface LadderOptions {
  workerUrl: string;
  /** The script itself where it has no address: the rung `url` is passed over and nothing is fetched. */
  workerText?: () => Promise<string>;
  type: WorkerType;
  /** Rungs to try, in order; default all. */
  rungs?: readonly Rung[];
  /** For the first ping, while the script is loaded, and for later rungs. */
  firstDeadlineMs?: number;
  deadlineMs?: number;
}

async function scriptText(workerUrl: string): Promise<string> {
  const response = await fetch(workerUrl);
  if (!response.ok) throw new Error(`worker script: ${response.status}`);
  return response.text();
}

/** Relative imports do not survive the move: only the self-contained classic script can be started from its text. */
async function addressFor(rung: Rung, { workerUrl, workerText, type }: LadderOptions): Promise<string> {
  if (rung === 'url' && workerText === undefined) return workerUrl;
  if (rung === 'url' || type === 'module') throw new Error('a script without an address, or a module with one only');
  const text = await (workerText ? workerText() : scriptText(workerUrl));
  // Not revoked: nested threads start from the same address later.
  if (rung === 'blob') return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const address = `data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`;
  if (address.length > LONGEST_DATA_URL) throw new Error('the script is too long for a data: address');
  return address;
}

/** Rejects on an `error` event, on silence, on a worker of another release. */
function firstPong(worker: Worker, door: RemoteDoor, deadlineMs: number): Promise<Pong> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    const fail = (event: Event) => {
      event.preventDefault();
      clearTimeout(timer);
      reject(new Error('the worker could not be started'));
    };
    worker.addEventListener('error', fail, { once: true });
    worker.addEventListener('messageerror', fail, { once: true });
    void door.ping().then((pong) => {
      clearTimeout(timer);
      worker.removeEventListener('error', fail);
      worker.removeEventListener('messageerror', fail);
      if (pong.version === DOOR_VERSION) resolve(pong);
      else reject(new Error(`the worker speaks ${pong.version}`));
    });
  });
}

async function startWorker(rung: Rung, options: LadderOptions, deadlineMs: number): Promise<Started & { pong: Pong }> {
  const worker = new Worker(await addressFor(rung, options), { type: options.type, name: DOOR_ROLE });
  const door = wrap<Door>(worker);
  try {
    return { door, worker, rung, pong: await firstPong(worker, door, deadlineMs) };
  } catch (error) {
    door[releaseProxy]();
    worker.terminate();
    throw error;
  }
}

/** The same door over a channel of its own: inputs are copied and answers moved as with a worker. */
async function startOnMainThread(): Promise<Started> {
  const { Door } = await import('./door.ts');
  const { port1, port2 } = new MessageChannel();
  expose(new Door(), port1);
  return { door: wrap<Door>(port2), worker: null, rung: 'main-thread' };
}

export async function startLadder(options: LadderOptions): Promise<Started> {
  const { rungs = RUNGS, firstDeadlineMs = 3_000, deadlineMs = 1_500 } = options;
  let spare: Started | null = null;
  let limitMs = firstDeadlineMs;
  const failures: string[] = [];
  for (const rung of rungs) {
    if (rung === 'main-thread') return spare ?? (await startOnMainThread());
    try {
      const started = await startWorker(rung, options, limitMs);
      // A worker that works but may not see the GPU is kept in hand while a better one is looked for.
      if (started.pong.isSecure || !globalThis.isSecureContext) {
        spare?.worker?.terminate();
        return started;
      }
      if (spare) started.worker?.terminate();
      spare ??= started;
    } catch (error) {
      failures.push(`${rung}: ${error instanceof Error ? error.message : String(error)}`);
    }
    limitMs = deadlineMs;
  }
  if (spare) return spare;
  throw new Error(`no worker could be started (${failures.join('; ')})`);
}
