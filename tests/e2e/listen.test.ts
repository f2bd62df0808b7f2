// Listening to a row (check 28 of `shared/research/embed.md` §3): nothing of Web Audio before the press, the notes in the keys' order, keys
// that stop it at once, what is seen and said meanwhile. The loudspeaker is a stand-in that writes down what it is told.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright';
import { isIdle, small } from './support/controls.ts';
import { layoutFaults, listen } from './support/access.ts';
import { openPage, PHONE, startBrowser, withPage } from './support/page.ts';

interface Heard {
  contexts: number;
  closed: number;
  hertz: number[];
  starts: number[];
  pans: number[];
  stops: number[];
  now: () => number;
}
declare global {
  var loudspeaker: Heard;
}

/** Its clock is the page's; a voice ends when its time has come. */
function standIn(): void {
  const heard: Heard = { contexts: 0, closed: 0, hertz: [], starts: [], pans: [], stops: [], now: () => performance.now() / 1000 }; // prettier-ignore
  globalThis.loudspeaker = heard;
  class Param {
    value = 1;
    constructor(readonly note: (value: number, at: number) => void = () => {}) {}
    setValueAtTime(value: number, at: number) {
      this.note(value, at);
    }
    linearRampToValueAtTime() {}
    setTargetAtTime() {}
    cancelScheduledValues() {}
  }
  class Part {
    connect(next: Part) {
      return next;
    }
  }
  class Gain extends Part {
    gain = new Param();
  }
  class Panner extends Part {
    pan = new Param((value) => heard.pans.push(value));
  }
  class Voice extends Part {
    type = 'sine';
    onended: (() => void) | null = null;
    frequency = new Param((value, at) => {
      heard.hertz.push(value);
      heard.starts.push(at);
    });
    #timer = 0;
    start() {}
    stop(at: number) {
      clearTimeout(this.#timer);
      heard.stops.push(at);
      this.#timer = setTimeout(() => this.onended?.(), Math.max(0, (at - heard.now()) * 1000)) as unknown as number;
    }
  }
  class Context {
    state = 'running';
    destination = new Part();
    constructor() {
      heard.contexts++;
    }
    get currentTime() {
      return heard.now();
    }
    createOscillator = () => new Voice();
    createGain = () => new Gain();
    createStereoPanner = () => new Panner();
    resume = () => Promise.resolve();
    close() {
      heard.closed++;
      return Promise.resolve();
    }
  }
  Object.assign(globalThis, { AudioContext: Context });
}

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const visit = {
  parameters: { ...small, query: 12, key: 12 },
  prepare: async (page: Page) => void (await page.addInitScript(standIn)),
};
/** Computed and said: what is said from now on is about the sound. */
async function ready(page: Page): Promise<void> {
  await isIdle(page);
  await page.locator('[role="status"]', { hasText: 'Computed for 24' }).waitFor({ state: 'attached' });
}
const play = (page: Page) => page.getByRole('button', { name: 'Listen to this row' });
const stop = (page: Page) => page.getByRole('button', { name: 'Stop', exact: true });
const heard = (page: Page) => page.evaluate(() => globalThis.loudspeaker);
const sounding = (page: Page) => page.locator('.plot .sounding');

describe('a row to listen to', () => {
  it('is silent until asked, then plays all keys in order from left to right, and says when it is over', async () => {
    await withPage(browser, visit, async ({ page, problems, requests }) => {
      await ready(page);
      await play(page).waitFor();
      expect((await heard(page)).contexts).toBe(0);
      expect(requests.some((address) => address.includes('play-notes'))).toBe(false);
      const said = await listen(page);
      const steps = page.locator('.steps').first();
      const place = () => steps.evaluate((one) => [one.getBoundingClientRect().top + scrollY, one.clientHeight]);
      const before = await place();
      await play(page).focus();
      await page.keyboard.press('Enter');
      await sounding(page).first().waitFor();
      expect(await page.locator('.strip .sounding').count()).toBe(1);
      expect(await stop(page).evaluate((one) => one === document.activeElement)).toBe(true);
      expect(await place()).toEqual(before);
      const { hertz, pans, starts } = await heard(page);
      expect(hertz).toHaveLength(24);
      expect(pans).toEqual(pans.toSorted((a, b) => a - b));
      expect([pans[0], pans.at(-1)]).toEqual([-1, 1]);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      expect(starts.at(-1)! - starts[0]!).toBeLessThan(4);
      for (const one of hertz) expect(one).toBeGreaterThanOrEqual(219.9);
      expect(Math.max(...hertz)).toBeLessThanOrEqual(880.1);
      await play(page).waitFor({ timeout: 8000 });
      expect(await sounding(page).count()).toBe(0);
      await expect.poll(async () => (await said()).map(({ words }) => words).filter((words) => !words.startsWith('Computed'))).toEqual(['Playing keys 0 to 23.', 'The row has been played.']); // prettier-ignore
      expect(await heard(page)).toMatchObject({ contexts: 1, closed: 1 });
      expect(problems).toEqual([]);
    });
  });

  it('plays what the window leaves, at pitches that can be compared, and stops when the row changes', async () => {
    await withPage(browser, visit, async ({ page, problems }) => {
      await ready(page);
      await page.getByRole('combobox', { name: 'Variant', exact: true }).selectOption('windowed');
      await play(page).click();
      await sounding(page).first().waitFor();
      const { hertz, pans } = await heard(page);
      expect(hertz).toHaveLength(9);
      expect(pans[0]).toBeCloseTo((2 * 8) / 23 - 1, 6);
      // A renormalised window's largest weight is never below the full row's: it is the top of both.
      expect(Math.max(...hertz)).toBeCloseTo(880, 3);
      await page.getByRole('button', { name: /^Head 2/ }).click();
      await expect.poll(async () => (await heard(page)).closed).toBe(1);
      await play(page).waitFor();
      expect(problems).toEqual([]);
    });
  });

  it.each(['Control', 'Escape'])('stops at once on %s, wherever the focus is, and keeps the pin', async (key) => {
    await withPage(browser, visit, async ({ page }) => {
      await ready(page);
      const said = await listen(page);
      await play(page).click();
      await sounding(page).first().waitFor();
      await page.getByRole('slider', { name: 'Volume' }).focus();
      await page.keyboard.press(key);
      await play(page).waitFor({ timeout: 1000 });
      expect(await sounding(page).count()).toBe(0);
      const lag = await page.evaluate(() => globalThis.loudspeaker.stops.at(-1)! - globalThis.loudspeaker.now());
      expect(lag).toBeLessThan(0.05);
      await expect.poll(async () => (await said()).at(-1)?.words).toBe('Stopped.');
      await expect.poll(async () => (await heard(page)).closed).toBe(1);
      expect(new URL(page.url()).searchParams.get('query')).toBe('12');
    });
  });

  it('moves nothing under reduced motion: the keys are marked together', async () => {
    await withPage(browser, { ...visit, reducedMotion: true }, async ({ page }) => {
      await ready(page);
      await play(page).click();
      const ring = sounding(page).locator('.ring');
      await ring.waitFor();
      const places = new Set<string | null>();
      for (let n = 0; n < 6; n++) {
        places.add(await ring.getAttribute('x'));
        await page.waitForTimeout(100);
      }
      expect(places.size).toBe(1);
      const plot = (await page.locator('.plot').first().boundingBox())!;
      expect((await ring.boundingBox())!.width).toBeGreaterThan(plot.width - 8);
    });
  });

  it('says in words that a browser has no Web Audio, and where the numbers are', async () => {
    const prepare = async (page: Page) =>
      void (await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'AudioContext')));
    const open = await openPage(browser, { ...visit, prepare, viewport: PHONE });
    try {
      await ready(open.page);
      const said = await listen(open.page);
      await play(open.page).click();
      await open.page.getByText('(no Web Audio)').first().waitFor();
      await expect.poll(async () => (await said()).at(-1)?.words).toMatch(/no Web Audio/);
      expect(await layoutFaults(open.page)).toEqual([]);
      expect(open.problems).toEqual([]);
    } finally {
      await open.close();
    }
  });
});
