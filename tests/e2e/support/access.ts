// What the accessibility tests measure on an open page beside axe: lints of the DOM that axe does not make, pixels, the live region; and
// how they choose theme, language and view.
import type { Locator, Page } from 'playwright';
import { PNG } from 'pngjs';

export { axeViolations } from './axe.ts';

type Pixels = ReturnType<typeof PNG.sync.read>;

export const chooseTheme = (page: Page, theme: string) =>
  page.locator('header select:has(option[value="contrast"])').selectOption(theme);
export const chooseLanguage = (page: Page, language: string) =>
  page.locator('header select:has(option[value="zh-Hans"])').selectOption(language);
export async function chooseView(page: Page, view: string): Promise<void> {
  await page.locator(`input[type="radio"][value="${view}"]`).check();
  const sign = { heatmap: '.pictures', arcs: 'figure.arcs svg', steps: '.steps', table: '.weights table' }[view]!;
  await page.locator(sign).first().waitFor();
}

/** What axe lets pass: unnamed canvases, ids given twice, pages that forbid zooming, small type, positive tab indices. */
export function domFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    for (const canvas of document.querySelectorAll('canvas'))
      if (canvas.getAttribute('aria-hidden') !== 'true' && !canvas.getAttribute('aria-label'))
        faults.push(`unnamed canvas in ${canvas.parentElement?.className}`);
    const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
    for (const id of new Set(ids.filter((id, n) => ids.indexOf(id) !== n))) faults.push(`id ${id} twice`);
    for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-activedescendant', 'for'])
      for (const one of document.querySelectorAll(`[${attribute}]`))
        for (const id of one.getAttribute(attribute)!.split(/\s+/))
          if (!document.getElementById(id)) faults.push(`${attribute}="${id}" names nothing`);
    const viewport = document.querySelector('meta[name="viewport"]')?.getAttribute('content') ?? '';
    if (/user-scalable\s*=\s*(no|0)|maximum-scale/.test(viewport)) faults.push(`viewport ${viewport}`);
    for (const one of document.querySelectorAll('[tabindex]'))
      if (Number(one.getAttribute('tabindex')) > 0) faults.push(`tabindex ${one.getAttribute('tabindex')}`);
    const small = new Set<string>();
    for (const one of document.querySelectorAll('body *')) {
      if (one.closest('.visually-hidden, title, defs, math, option, script, style, noscript')) continue;
      const hasText = [...one.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim());
      if (hasText && Number.parseFloat(getComputedStyle(one).fontSize) < 12)
        small.add(`${getComputedStyle(one).fontSize} in ${one.tagName}.${one.getAttribute('class')}`);
    }
    return [...faults, ...small];
  });
}

/** Words cut off, controls that overlap, a page that scrolls sideways. */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`page ${scrollWidth} px wide in ${clientWidth}`);
    const seen = (one: Element) =>
      one.getClientRects().length > 0 && !one.closest('.visually-hidden, title, defs, .clip');
    const nameOf = (one: Element) =>
      `${one.tagName}.${one.getAttribute('class') ?? ''} “${one.textContent?.trim().slice(0, 24)}”`;
    const scrolls = (one: Element | null): boolean => {
      for (let at = one; at; at = at.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) return true;
      return false;
    };
    for (const one of document.querySelectorAll<HTMLElement>('body *')) {
      if (!(one instanceof HTMLElement) || !seen(one)) continue;
      const style = getComputedStyle(one);
      const hasText = [...one.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim());
      if (!hasText || one.matches('option, select, textarea, input, math, math *') || scrolls(one)) continue;
      if (
        style.overflow !== 'visible' &&
        (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 2)
      )
        faults.push(`cut: ${nameOf(one)}`);
      const { left, right } = one.getBoundingClientRect();
      if (left < -1 || right > clientWidth + 1) faults.push(`outside: ${nameOf(one)}`);
    }
    const controls = [...document.querySelectorAll('button, input, select, summary, textarea')].filter(
      (one) => seen(one) && !one.closest('[role="grid"], .bar label'),
    );
    const boxes = controls.map((one) => one.getBoundingClientRect());
    for (let a = 0; a < controls.length; a++)
      for (let b = a + 1; b < controls.length; b++) {
        if (controls[a]!.contains(controls[b]!) || controls[b]!.contains(controls[a]!)) continue;
        if (scrolls(controls[a]!) !== scrolls(controls[b]!)) continue;
        const wide = Math.min(boxes[a]!.right, boxes[b]!.right) - Math.max(boxes[a]!.left, boxes[b]!.left);
        const high = Math.min(boxes[a]!.bottom, boxes[b]!.bottom) - Math.max(boxes[a]!.top, boxes[b]!.top);
        if (wide > 2 && high > 2) faults.push(`overlap: ${nameOf(controls[a]!)} and ${nameOf(controls[b]!)}`);
      }
    return [...new Set(faults)].slice(0, 20);
  });
}

/** Notes every change of the live region with its time from now on. */
export async function listen(page: Page): Promise<() => Promise<{ words: string; ms: number }[]>> {
  await page.evaluate(() => {
    const heard: { words: string; ms: number }[] = [];
    Object.assign(globalThis, { heard });
    for (const region of document.querySelectorAll('[aria-live]'))
      new MutationObserver(() => heard.push({ words: region.textContent ?? '', ms: performance.now() })).observe(
        region,
        {
          childList: true,
          characterData: true,
          subtree: true,
        },
      );
  });
  return () => page.evaluate(() => (globalThis as unknown as { heard: { words: string; ms: number }[] }).heard);
}

export async function pixelsOf(
  page: Page,
  clip: { x: number; y: number; width: number; height: number },
): Promise<Pixels> {
  return PNG.sync.read(await page.screenshot({ clip, animations: 'disabled' }));
}

/** Spacing as WCAG 1.4.12 asks readers to be able to choose; the answer takes it back. */
export async function spaceWords(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
    );
    document.adoptedStyleSheets = [sheet];
  });
  return () => page.evaluate(() => void (document.adoptedStyleSheets = []));
}

const SYSTEM = { button: ['color', 'ButtonText'], ground: ['backgroundColor', 'Canvas'], text: ['color', 'CanvasText'], chosen: ['backgroundColor', 'Highlight'] } as const; // prettier-ignore

/** Of the first element of each selector: the colour it has, and the system's for such a part. */
export function systemColors(
  page: Page,
  selectors: Partial<Record<keyof typeof SYSTEM, string>>,
): Promise<Record<string, [used: string, system: string]>> {
  return page.evaluate(
    ([asked, known]) => {
      const probe = document.body.appendChild(document.createElement('span'));
      const colors = Object.entries(asked).map(([part, selector]) => {
        const [property, system] = known[part as keyof typeof known];
        probe.style.color = system;
        return [part, [getComputedStyle(document.querySelector(selector)!)[property], getComputedStyle(probe).color]];
      });
      probe.remove();
      return Object.fromEntries(colors) as Record<string, [string, string]>;
    },
    [selectors, SYSTEM] as const,
  );
}

/** How many different colours a picture holds, in steps of 8. */
export function colorCount({ data }: Pixels): number {
  const colors = new Set<number>();
  for (let at = 0; at < data.length; at += 4)
    colors.add(((data[at]! >> 3) << 10) | ((data[at + 1]! >> 3) << 5) | (data[at + 2]! >> 3));
  return colors.size;
}

/** Pixels that are nearly white, and nearly black. */
export function extremes({ data }: Pixels): { white: number; black: number } {
  let [white, black] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const sum = data[at]! + data[at + 1]! + data[at + 2]!;
    if (sum >= 3 * 250) white++;
    else if (sum <= 3 * 5) black++;
  }
  return { white, black };
}

export const grid = (page: Page): Locator => page.getByRole('grid');
/** Row and column of the focused cell, from 1. */
export const focusedCell = (page: Page) =>
  page.evaluate(() => {
    const cell = document.activeElement;
    return [cell?.parentElement?.getAttribute('aria-rowindex'), cell?.getAttribute('aria-colindex')].map(Number);
  });

/** Relative luminance of an sRGB colour, 0…1 (WCAG 2.2). */
export function luminanceOf(...channels: [number, number, number]): number {
  const [red, green, blue] = channels.map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two relative luminances, 1…21. */
export const contrastOf = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

/** Mean relative luminance of each cell of a `parts × parts` grid over a picture. */
export function partLuminances({ data, width, height }: Pixels, parts: number): number[] {
  const sums = new Float64Array(parts * parts);
  const counts = new Float64Array(parts * parts);
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      const part = Math.floor((y * parts) / height) * parts + Math.floor((x * parts) / width);
      const at = 4 * (y * width + x);
      sums[part]! += luminanceOf(data[at]!, data[at + 1]!, data[at + 2]!);
      counts[part]!++;
    }
  return Array.from(sums, (sum, part) => sum / counts[part]!);
}

/**
 * General flashes of one place over time (WCAG 2.3.1): pairs of opposing changes of relative luminance by 0.1 or more, the darker below 0.8.
 * `samples` in order of time.
 */
export function flashesOf(samples: readonly number[]): number {
  let turns = 0;
  let [low, high, direction] = [samples[0] ?? 0, samples[0] ?? 0, 0];
  for (const one of samples) {
    if (direction >= 0 && high - one >= 0.1 && one < 0.8) [turns, direction, low, high] = [turns + 1, -1, one, one];
    else if (direction <= 0 && one - low >= 0.1 && low < 0.8) [turns, direction, low, high] = [turns + 1, 1, one, one];
    low = Math.min(low, one);
    high = Math.max(high, one);
  }
  return Math.floor(turns / 2);
}
