// Check 1 of `shared/research/embed.md` §3 (and 14 by `target-size`, 20 by the theme of contrast): axe finds nothing in any lab, theme and
// language, be it at rest, with something chosen and every table twin open, behind the dialog, or with an error told by the page and by the
// lab; nor in the frame. The labs are those of the schema: a new one does not compile before `STATES` says how to choose and to err in it.
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB_IDS, type LabId } from '../../src/params/control-ids.ts';
import { chooseLanguage, chooseTheme, chooseView } from './support/access.ts';
import { violationsInEveryDress, type Dresser } from './support/axe.ts';
import { isIdle, small } from './support/controls.ts';
import { BY_HAND, startHosts, type Hosts } from './support/hosts.ts';
import { addressOf, startBrowser, withPage } from './support/page.ts';

interface LabStates {
  parameters?: Record<string, string | number>;
  /** Other views of the lab, one after the other, each with how to get there from the one before. */
  views?: Record<string, (page: Page) => Promise<unknown>>;
  /** Makes the lab itself say what is wrong, beside the page's notice. */
  fail: (page: Page) => Promise<unknown>;
  /** Ends that. */
  mend: (page: Page) => Promise<unknown>;
  /** Chooses something: a cell, a bar, a point, an answer. As all of these, it finds the page in English. */
  select: (page: Page) => Promise<unknown>;
}

const radio = (page: Page, value: string) => page.locator(`input[type="radio"][value="${value}"]`);
const number = (page: Page, name: string) => page.getByRole('spinbutton', { name, exact: true });
async function typeNumber(page: Page, name: string, value: number): Promise<void> {
  await number(page, name).fill(String(value));
  await number(page, name).press('Enter');
}
const isStill = (page: Page) => page.locator('.lab[data-activity="idle"]').waitFor({ timeout: 30_000 });

const STATES: Record<LabId, LabStates> = {
  attention: {
    parameters: { ...small, n: 12 },
    fail: (page) => typeNumber(page, 'Sequence length', 0),
    mend: (page) => typeNumber(page, 'Sequence length', 12),
    views: {
      arcs: (page) => chooseView(page, 'arcs'),
      steps: (page) => chooseView(page, 'steps'),
      table: (page) => chooseView(page, 'table'),
    },
    select: async (page) => {
      await typeNumber(page, 'Query', 7);
      await chooseView(page, 'heatmap');
    },
  },
  mixers: {
    parameters: { backend: 'cpu', n: 64, width: 32, heads: 1 },
    fail: (page) => typeNumber(page, 'Width', 0),
    mend: (page) => typeNumber(page, 'Width', 32),
    select: async (page) => {
      await page.getByRole('slider', { name: 'To position' }).press('ArrowLeft');
      const card = page.getByRole('article').first();
      await card.getByRole('radio').first().check();
      await card.getByRole('button').click();
      await card.locator('.right').waitFor({ timeout: 30_000 });
    },
  },
  speedups: {
    parameters: { backend: 'cpu', n: 96, width: 32, text: 'A short text about a lighthouse.' },
    fail: (page) => typeNumber(page, 'Width', 0),
    mend: (page) => typeNumber(page, 'Width', 32),
    views: {
      window: (page) => radio(page, 'window').check(),
      'parameters, one chosen': async (page) => {
        await radio(page, 'parameters').check();
        await page.locator('.rows button[aria-pressed="false"]').first().click();
      },
      'together, one more ticked': async (page) => {
        await radio(page, 'together').check();
        await page.getByRole('group').getByRole('checkbox', { checked: false }).first().check();
      },
    },
    select: async (page) => {
      await radio(page, 'heads').check();
      await isStill(page);
      await page.getByRole('button', { name: 'Switch off one by one' }).click();
      const heads = page.getByRole('grid').getByRole('button');
      await heads.first().waitFor({ timeout: 30_000 });
      await heads.first().press('Enter');
      await heads.first().press('ArrowRight');
      await isStill(page);
    },
  },
  pretraining: {
    fail: (page) => page.getByRole('textbox', { name: 'Text' }).fill('   '),
    mend: (page) => page.getByRole('textbox', { name: 'Text' }).fill('The researchers visited New York yesterday.'),
    views: {
      'a guess answered': async (page) => {
        await page.getByRole('region', { name: 'Why these are problems' }).getByRole('radio').first().check();
        await page.getByRole('button', { name: 'Draw 10,000 times' }).first().click();
        await isStill(page);
      },
      'a point of the curve': async (page) => {
        await radio(page, 'pairs').check();
        await page.getByRole('slider', { name: 'Threshold of NSP' }).press('ArrowRight');
      },
    },
    select: async (page) => {
      await radio(page, 'order').check();
      await page.getByRole('grid').locator('[tabindex="0"]').focus();
      await page.keyboard.press('End');
    },
  },
  'zero-shot': {
    parameters: {
      backend: 'cpu',
      texts: 'A goal in the last minute. | sport\nRain is on its way.',
      labels: 'sport\nweather',
    },
    fail: (page) => page.getByRole('textbox', { name: 'Labels', exact: true }).fill('sport'),
    mend: (page) => page.getByRole('textbox', { name: 'Labels', exact: true }).fill('sport\nweather\ncooking'),
    views: {
      'cases that fail': async (page) => {
        await page.getByRole('button', { name: 'Run the cases' }).click();
        await page.getByText(/In \d of 6 cases/).waitFor({ timeout: 30_000 });
      },
    },
    select: async (page) => {
      await page.getByRole('grid').locator('[tabindex="0"]').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('End');
    },
  },
};

let browser: Browser;
let hosts: Hosts;
beforeAll(async () => {
  [browser, hosts] = await Promise.all([startBrowser(), startHosts()]);
});
afterAll(async () => {
  await browser.close();
  await hosts.close();
});

describe.each(LAB_IDS)('axe finds nothing in the lab %s', (lab) => {
  const { parameters = {}, views = {}, select, fail, mend } = STATES[lab];

  it(
    'in any theme and language, with an error, at rest, with something chosen, and behind the dialog',
    { timeout: 120_000 },
    async () => {
      const visit = { parameters: { lab, ...parameters, cmap: 'rainbow' }, reducedMotion: true };
      await withPage(browser, visit, async ({ page }) => {
        const dresser: Dresser = {
          theme: (theme) => chooseTheme(page, theme),
          language: (language) => chooseLanguage(page, language),
        };
        const found: string[] = [];
        const ask = async (state: string, isOneDress = false) =>
          found.push(...(await violationsInEveryDress(page, dresser, state, isOneDress)));
        await page.getByText('rainbow').waitFor();
        if (lab === 'attention') await isIdle(page);
        await fail(page);
        await ask('error', true);
        await chooseLanguage(page, 'en');
        await mend(page);
        await page.locator('.notices button').last().click();
        await page.getByText('rainbow').waitFor({ state: 'detached' });
        await ask('default');
        for (const [view, enter] of Object.entries({ ...views, selected: select })) {
          await chooseLanguage(page, 'en');
          await enter(page);
          // With the table twins, which are folded away.
          await page.locator('main details').evaluateAll((all) => all.forEach((one) => ((one as HTMLDetailsElement).open = true))); // prettier-ignore
          await ask(view, view !== 'selected');
        }
        await page.locator('header button[aria-haspopup="dialog"]').click();
        const dialog = page.getByRole('dialog');
        await dialog
          .locator('details')
          .first()
          .evaluate((one) => ((one as HTMLDetailsElement).open = true));
        await dialog.locator('iframe').waitFor();
        await ask('dialog open', true);
        expect(found).toEqual([]);
      });
    },
  );
});

it('axe finds nothing in the frame, whichever lab it shows', { timeout: 120_000 }, async () => {
  const source = addressOf({ path: 'embed/', parameters: { ...small, n: 12 } }).replaceAll('&', '&amp;');
  const address = hosts.add('/axe', {
    head: `<script>${BY_HAND}</script>`,
    body: `<iframe id="lab" title="Lab" src="${source}" style="width:100%;height:600px"></iframe>`,
  });
  await withPage(browser, { path: address, waitUntilReady: false, reducedMotion: true }, async ({ page }) => {
    await page.waitForFunction(() => host.port !== null);
    const frame = page.frame({ url: /\/embed\// })!;
    await frame.locator('body[data-ready]').waitFor({ timeout: 45_000 });
    const set = (values: object) => page.evaluate((payload) => host.ask('set-params', payload), values);
    const dresser: Dresser = { theme: (theme) => set({ theme }), language: (lang) => set({ lang }) };
    const found: string[] = [];
    for (const lab of LAB_IDS) {
      const answer = await set({ lab });
      expect(answer.error).toBeUndefined();
      await frame.locator(`#lab-${lab}`).waitFor();
      await frame.locator('body[data-ready]').waitFor({ timeout: 45_000 });
      found.push(...(await violationsInEveryDress(frame, dresser, `frame, ${lab}`, true)));
    }
    expect(found).toEqual([]);
  });
});
