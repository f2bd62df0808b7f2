// Check 1 of `shared/research/embed.md` §3 (and 14 by `target-size`, 20 by the theme of contrast): axe finds nothing in any lab, theme and
// language, be it that nothing or something is chosen, the dialog is open or a notice tells of an error; nor in the frame. The labs are
// those of the schema: a new one is asked without a word here, and may name its own states in `STATES`.
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
  /** Chooses something: a cell, a row, a token. */
  select?: (page: Page) => Promise<unknown>;
}

const STATES: Partial<Record<LabId, LabStates>> = {
  attention: {
    parameters: { ...small, n: 12 },
    views: {
      arcs: (page) => chooseView(page, 'arcs'),
      steps: (page) => chooseView(page, 'steps'),
      table: (page) => chooseView(page, 'table'),
    },
    select: async (page) => {
      await chooseLanguage(page, 'en');
      await page.getByRole('spinbutton', { name: 'Query' }).fill('7');
      await page.getByRole('spinbutton', { name: 'Query' }).press('Enter');
      await chooseView(page, 'heatmap');
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
  const { parameters = {}, views = {}, select } = STATES[lab] ?? {};

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
        await ask('error', true);
        await page.locator('.notices button').last().click();
        await page.getByText('rainbow').waitFor({ state: 'detached' });
        await ask('default');
        for (const [view, enter] of Object.entries(views)) {
          await enter(page);
          await ask(view, true);
        }
        if (select) {
          await select(page);
          await ask('selected');
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
      found.push(...(await violationsInEveryDress(frame, dresser, `frame, ${lab}`)));
    }
    expect(found).toEqual([]);
  });
});
