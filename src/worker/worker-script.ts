// Where the worker's script is. A file that holds everything has this module replaced by one with the script's text, packed (`tools/offline-build.ts`).
import workerUrl from './lab.worker.ts?worker&url';

export interface WorkerScript {
  url: string;
  /** The script itself, where there is no address to load it from. */
  text?: () => Promise<string>;
}

export const workerScript: WorkerScript = { url: new URL(workerUrl, import.meta.url).href };
