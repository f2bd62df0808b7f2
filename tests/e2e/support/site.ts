// Global set-up of the end-to-end tests: serves the built dist/ for the whole run. It builds nothing; `npm test` does that before.
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { serve } from '../../../src/tools/serve.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the built site is served, with a slash at the end. */
    siteUrl: string;
  }
}

/** Vitest calls it once; what it returns is called at the end. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const site = await serve({ root: fileURLToPath(new URL('../../../dist', import.meta.url)), port: 0 });
  project.provide('siteUrl', site.url);
  return site.close;
}
