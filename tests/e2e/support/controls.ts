// The attention lab's controls as end-to-end tests use them.
import type { Locator, Page } from 'playwright';

/** Parameters of a signal that is the same on every run. */
export const synthetic = { source: 'synthetic', seed: 3 };

/** Nothing is computed any more for what is shown. */
export const isIdle = (page: Page, timeout = 45_000): Promise<void> =>
  page.locator('[data-activity="idle"]').waitFor({ timeout });

export const slider = (page: Page, name: string): Locator => page.getByRole('slider', { name, exact: true });

/** Sets a native range as a drag does: an input event per value. */
export async function dragTo(page: Page, name: string, values: number[]): Promise<void> {
  await slider(page, name).evaluate(async (element, steps) => {
    const range = element as HTMLInputElement;
    for (const value of steps) {
      range.value = String(value);
      range.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((next) => setTimeout(next, 16));
    }
    range.dispatchEvent(new Event('change', { bubbles: true }));
  }, values);
}

/** A small signal with a window, on the CPU: quick on every machine. */
export const small = {
  source: 'synthetic',
  signal: 'clusters',
  n: 24,
  heads: 2,
  dim: 16,
  left: 4,
  right: 4,
  backend: 'cpu',
};
