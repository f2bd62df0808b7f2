// What the tests of saving and of opening what was saved share: a setting, the panel, and a file as the reader has it afterwards.
import { readFileSync } from 'node:fs';
import type { FrameLocator, Page } from 'playwright';

export const setting = {
  source: 'synthetic',
  signal: 'copy',
  seed: 5,
  n: 24,
  heads: 2,
  dim: 8,
  head: 1,
  backend: 'cpu',
};
export const masked = { ...setting, causal: 1, left: 6, right: 0, global: 1, query: 9, key: 7 };
export const idle = (page: Page) => page.locator('[data-activity="idle"]').waitFor({ timeout: 45_000 });

export interface Taken {
  name: string;
  bytes: Buffer;
}
export async function take(page: Page, button: string): Promise<Taken> {
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: button, exact: true }).click();
  const file = await saving;
  return { name: file.suggestedFilename(), bytes: readFileSync((await file.path())!) };
}

export const openPanel = (page: Page | FrameLocator, heading = 'Save & copy') =>
  page.locator('details.saving summary', { hasText: heading }).click();

/** A saved JSON, parsed. */
export type Saved = Record<string, any>; // oxlint-disable-line no-explicit-any -- read from a file
