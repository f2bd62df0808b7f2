// What `tools/offline-build.ts` puts into a file that holds everything.
declare module 'virtual:offline' {
  import type { Language } from '../params/lang.ts';
  /** The file's one language, or null when it holds all. */
  export const language: Language | null;
  /** `opening.json`, raw deflate as base64. */
  export const openingDeflated: string;
  /** The recordings as `params/packed-recordings.ts` writes them, deflated alike. */
  export const recordingsDeflated: string;
  /** The sentence vectors as `params/recorded-vectors.ts` writes them, deflated alike. */
  export const vectorsDeflated: string;
}
