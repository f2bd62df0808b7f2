// What `tools/offline-build.ts` puts into a file that holds everything.
declare module 'virtual:offline' {
  import type { Language } from '../params/lang.ts';
  import type { Recording } from '../params/recordings.ts';
  /** The file's one language, or null when it holds all. */
  export const language: Language | null;
  /** `opening.json`, raw deflate as base64. */
  export const openingDeflated: string;
  export const recordings: readonly Recording[];
}
