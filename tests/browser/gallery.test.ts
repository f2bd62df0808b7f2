// Every view of the gallery in a real browser: it draws without complaint, says what it shows, paints what it was given, fits a phone,
// can be read in light and dark, and shows where the focus is.
import { flushSync } from 'svelte';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import '../../src/ui/theme.css';
import { contrast, contrastOnGround, groundOf, parseColor, textContrasts } from '../gallery/contrast.ts';
import { cutWords, leavingBox } from '../gallery/layout.ts';
import { frameFor, type View } from '../gallery/view.ts';
import { VIEWS } from '../gallery/views.ts';

/** What a phone 320 pixels wide leaves beside the page's margins. */
const PHONE_PX = 288;
const COLUMN_PX = 480;
const WIDE_PX = 760;
const TEXT_CONTRAST = 4.5;
const MARK_CONTRAST = 3;
type Theme = 'light' | 'dark' | 'contrast';

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** Sizes reach a component one frame late, and what they change is drawn in the next. */
async function settle(block: Element): Promise<void> {
  flushSync();
  await nextFrame();
  await nextFrame();
  flushSync();
  await Promise.all(block.getAnimations({ subtree: true }).map((one) => one.finished));
}

const themesOf = (view: View): Theme[] => (view.theme === 'any' ? ['light', 'dark', 'contrast'] : [view.theme]);

async function drawn(view: View, widthPx: number, check: (block: HTMLElement) => unknown) {
  document.documentElement.dataset['theme'] = themesOf(view)[0];
  const block = document.createElement('div');
  block.style.cssText = `width:${widthPx}px;margin:8px;background:var(--surface)`;
  document.body.append(block);
  let remove = () => {};
  try {
    remove = view.mount(frameFor(view, block));
    await settle(block);
    await check(block);
  } finally {
    remove();
    block.remove();
  }
}

beforeAll(() => page.viewport(1000, 900));
afterAll(() => delete document.documentElement.dataset['theme']);

describe('the gallery', () => {
  it('has a view of every component', () => {
    const components = import.meta.glob<unknown>('../../src/ui/**/*.svelte', { eager: true, import: 'default' });
    expect(Object.keys(components).length).toBeGreaterThan(10);
    const shown = new Set(VIEWS.map(({ component }) => component));
    const missing = Object.keys(components).filter((path) => !shown.has(components[path]));
    expect(missing).toEqual([]);
  });

  it('names every view once, and asks something of each', () => {
    const names = VIEWS.map(({ name }) => name);
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
    const silent = VIEWS.filter((one) => one.shows.length + one.texts.length === 0 && one.frame !== 'svg');
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

describe.each(VIEWS)('$name', (view) => {
  it('draws without complaint and says what it shows', async () => {
    const complaints = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
    const thrown: string[] = [];
    const note = (event: ErrorEvent) => thrown.push(event.message);
    addEventListener('error', note);
    try {
      await drawn(view, COLUMN_PX, (block) => {
        expect(block.querySelector('*')).not.toBeNull();
        for (const { role, name, count = 1 } of view.shows)
          expect(page.elementLocator(block).getByRole(role, { name }).elements(), `${role} “${name}”`).toHaveLength(
            count,
          );
        const said = block.textContent.replaceAll(/\s+/g, ' ');
        for (const text of view.texts) expect(said).toContain(text.replaceAll(/\s+/g, ' '));
      });
      expect(complaints.flatMap(({ mock }) => mock.calls.map(String))).toEqual([]);
      expect(thrown).toEqual([]);
    } finally {
      removeEventListener('error', note);
      for (const complaint of complaints) complaint.mockRestore();
    }
  });

  it('keeps inside a phone and a wide column, and cuts no words', () =>
    drawn(view, PHONE_PX, async (block) => {
      const faults = () => ({
        leaving: leavingBox(block),
        cut: cutWords(block),
        isWide: block.scrollWidth > block.clientWidth,
      });
      const none = { leaving: [], cut: [], isWide: false };
      expect(faults(), 'phone').toEqual(none);
      block.style.width = `${WIDE_PX}px`;
      await settle(block);
      expect(faults(), 'wide column').toEqual(none);
    }));

  it('can be read on every ground', () =>
    drawn(view, COLUMN_PX, (block) => {
      for (const theme of themesOf(view)) {
        document.documentElement.dataset['theme'] = theme;
        expect(
          textContrasts(block).filter(({ ratio }) => ratio < TEXT_CONTRAST),
          theme,
        ).toEqual([]);
      }
    }));

  it('shows where the focus is', () =>
    drawn(view, COLUMN_PX, (block) => {
      const focusable = 'button:not(:disabled), input:not(:disabled), select:not(:disabled), summary, [tabindex="0"]';
      for (const element of block.querySelectorAll<HTMLElement>(focusable)) {
        element.focus({ focusVisible: true } as FocusOptions);
        const name = `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent?.trim()}`;
        expect(document.activeElement, name).toBe(element);
        expect(ringOf(element, block), name).toBe('visible');
      }
    }));
});

describe.each(VIEWS.filter(({ probes }) => probes.length > 0))('$name', (view) => {
  it('paints the cells it was given', () =>
    drawn(view, COLUMN_PX, (block) => {
      const pen = block.querySelector('canvas')!.getContext('2d')!;
      for (const { row, column, color } of view.probes) {
        const [r, g, b, a] = pen.getImageData(column, row, 1, 1).data;
        const place = `row ${row}, column ${column}`;
        if (color === 'transparent') expect(a, place).toBe(0);
        else expect([r, g, b, a], place).toEqual([...color, 255]);
      }
    }));
});

/** "visible", or what is wrong with the outline that says "here". A cell wears two tones, and its whole grid a ring. */
function ringOf(focused: Element, frame: Element): string {
  // Grids and lists laid over a picture: the ring is around the whole of it.
  const element = focused.closest('.clip') ?? focused;
  if (focused.matches('[role="gridcell"]')) {
    const { outlineColor, outlineWidth, boxShadow } = getComputedStyle(focused);
    if (outlineColor !== 'rgb(255, 255, 255)' || Number.parseFloat(outlineWidth) < 2) return 'no light tone';
    if (!boxShadow.startsWith('rgb(0, 0, 0) 0px 0px 0px 4px')) return 'no dark tone';
  }
  const style = getComputedStyle(element);
  if (style.outlineStyle === 'none' || Number.parseFloat(style.outlineWidth) < 2) return 'no outline';
  if (contrastOnGround(style.outlineColor, element.parentElement!) < MARK_CONTRAST) return 'too pale';
  const reach = Number.parseFloat(style.outlineOffset) + Number.parseFloat(style.outlineWidth);
  const box = element.getBoundingClientRect();
  for (let at = element.parentElement; at && frame.contains(at); at = at.parentElement) {
    if (getComputedStyle(at).overflowX === 'visible') continue;
    const clip = at.getBoundingClientRect();
    if (box.left - reach < clip.left - 0.5 || box.right + reach > clip.right + 0.5) return `cut by ${at.tagName}`;
  }
  return 'visible';
}

describe.each(['light', 'dark', 'contrast'] as const)('the %s theme', (theme) => {
  const colorOf = (name: string) => {
    document.documentElement.dataset['theme'] = theme;
    const css = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
    expect(css, `--${name}`).not.toBe('');
    return parseColor(css);
  };
  const pairs = (names: string[]) =>
    names.flatMap((name) => ['page', 'surface', 'sunken'].map((ground) => ({ name, ground })));

  it.each(pairs(['ink', 'muted', 'full', 'windowed', 'recurrent', 'convolution', 'good', 'bad']))(
    'reads $name on $ground',
    ({ name, ground }) => {
      expect(contrast(colorOf(name), colorOf(ground))).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    },
  );

  it.each(pairs(['focus', 'rule-strong']))('tells $name from $ground', ({ name, ground }) => {
    expect(contrast(colorOf(name), colorOf(ground))).toBeGreaterThanOrEqual(MARK_CONTRAST);
  });
});

describe('the measures of the gallery', () => {
  const inBlock = (html: string, check: (block: HTMLElement) => void) => {
    const block = document.createElement('div');
    block.style.cssText = 'width:100px;background:#fff;color:#000';
    block.innerHTML = html;
    document.body.append(block);
    try {
      check(block);
    } finally {
      block.remove();
    }
  };

  it('know black on white, and grey through half opacity', () => {
    expect(contrast(parseColor('#000'), parseColor('#fff'))).toBeCloseTo(21, 5);
    inBlock('<p style="opacity:0.5">grey</p><p>black</p>', (block) => {
      const [grey, black] = textContrasts(block);
      expect(grey!.ratio).toBeCloseTo(3.98, 1);
      expect(black!.ratio).toBeCloseTo(21, 1);
    });
    inBlock('<b style="background:rgb(0 0 0 / 50%)">x</b>', (block) =>
      expect(groundOf(block.firstElementChild!).ground.map(Math.round)).toEqual([127, 127, 127, 1]),
    );
  });

  it('see a wide child and a cut word, but let a scrolling box and an ellipsis be', () => {
    inBlock('<p style="width:120px">x</p>', (block) => expect(leavingBox(block)).toHaveLength(1));
    const word = '<span style="white-space:nowrap">a word far too long for its little box</span>';
    const boxed = (style: string) => `<div style="${style}">${word}</div>`;
    inBlock(boxed('overflow:hidden'), (block) => expect(cutWords(block)).toHaveLength(1));
    inBlock(boxed('overflow:hidden;text-overflow:ellipsis'), (block) => expect(cutWords(block)).toEqual([]));
    const number = '<p style="overflow:hidden;text-overflow:ellipsis;white-space:nowrap">12345678901234567890</p>';
    inBlock(number, (block) => expect(cutWords(block)).toHaveLength(1));
    inBlock(boxed('overflow:auto'), (block) => expect([...cutWords(block), ...leavingBox(block)]).toEqual([]));
  });
});
