// The accessibility view (check 33 of `shared/research/embed.md` §3): beside the live lab what assistive technology gets of it. The browser's
// own accessibility tree is the judge of the outline; the rest is driven by keyboard.
import type { Browser, Frame, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, domFaults, layoutFaults } from './support/access.ts';
import { openPage, PHONE, startBrowser, withPage, type Visit } from './support/page.ts';

const small = { source: 'synthetic', n: 16, backend: 'cpu', 'x-tune': 'off' };

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

async function labIn(page: Page): Promise<Frame> {
  const frame = (await (await page.locator('iframe').elementHandle())!.contentFrame())!;
  await frame.locator('body[data-ready]').waitFor({ timeout: 45_000 });
  return frame;
}

const withView = (visit: Visit, use: (page: Page, lab: Frame, problems: string[]) => Promise<void>) =>
  withPage(browser, { path: 'a11y-view/', waitUntilReady: false, ...visit }, async ({ page, problems }) =>
    use(page, await labIn(page), problems),
  );

const outline = (page: Page) => page.getByRole('region', { name: 'Outline' });
const log = (page: Page) => page.getByRole('region', { name: 'Said and focused' });
/** The lines of one role, as they are read. */
const lines = (page: Page, role: string) => outline(page).locator(`li[data-role="${role}"] > .line`).allInnerTexts();

/** Roles whose every element the outline has to name as the browser does. */
const JUDGED =
  'button cell checkbox columnheader combobox dialog grid gridcell heading img link main radio radiogroup region rowheader slider spinbutton tab table tablist tabpanel textbox';

/** `role: name`, sorted: of the browser's tree of the frame, and of the outline. */
async function bothTrees(page: Page): Promise<{ browsers: string[]; ours: string[] }> {
  const roles = JUDGED.split(' ');
  const cdp = await page.context().newCDPSession(page);
  const { frameTree } = await cdp.send('Page.getFrameTree');
  const { nodes } = await cdp.send('Accessibility.getFullAXTree', { frameId: frameTree.childFrames![0]!.frame.id });
  const flat = (text: string) => text.replace(/\s+/g, ' ').trim();
  const browsers = nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => [role?.value === 'image' ? 'img' : String(role?.value), flat(String(name?.value ?? ''))])
    .filter(([role]) => roles.includes(role!));
  const ours = await outline(page)
    .locator('li')
    .evaluateAll((all) =>
      all.map((one) => [
        (one as HTMLElement).dataset['role']!,
        one.querySelector(':scope > .line > .name')?.textContent?.trim() ?? '',
      ]),
    );
  const sorted = (list: string[][]) => list.map(([role, name]) => `${role}: ${name}`).toSorted();
  return { browsers: sorted(browsers as string[][]), ours: sorted(ours.filter(([role]) => roles.includes(role!))) };
}

describe('the outline', () => {
  it.each(['attention', 'zero-shot'])(
    'names what the browser’s own accessibility tree names, in the lab %s',
    async (lab) => {
      await withView({ parameters: { lab, ...(lab === 'attention' ? small : {}) } }, async (page, frame, problems) => {
        await page.getByRole('checkbox', { name: 'All rows of tables and lists' }).check();
        if (lab === 'attention') await frame.locator('[data-activity="idle"]').waitFor({ timeout: 45_000 });
        await expect
          .poll(
            async () => {
              const { browsers, ours } = await bothTrees(page);
              return browsers.length > 40 && JSON.stringify(browsers) === JSON.stringify(ours)
                ? 'alike'
                : { browsers, ours };
            },
            { timeout: 30_000, interval: 500 },
          )
          .toBe('alike');
        expect(problems).toEqual([]);
      });
    },
  );

  it('lists a few rows of a large table and says how many it leaves out', async () => {
    await withView({ parameters: small }, async (page) => {
      await expect.poll(() => outline(page).getByText('… and 13 more rows').count()).toBeGreaterThan(0);
      await page.getByRole('checkbox', { name: 'All rows of tables and lists' }).check();
      await expect.poll(async () => (await lines(page, 'gridcell')).length).toBeGreaterThanOrEqual(256);
      expect(await outline(page).getByText('more rows').count()).toBe(0);
    });
  });

  it('holds nothing but the dialog while one is open', async () => {
    await withView({ parameters: small }, async (page, frame) => {
      await frame.getByRole('button', { name: 'Embed & share' }).click();
      await expect.poll(() => lines(page, 'dialog')).toHaveLength(1);
      expect(await lines(page, 'main')).toEqual([]);
      await page.keyboard.press('Escape');
      await expect.poll(() => lines(page, 'main')).toHaveLength(1);
    });
  });
});

describe('the view', () => {
  it('follows a control that is changed by keyboard, the focus and what is said', async () => {
    await withView({ parameters: { ...small, heads: 3 } }, async (page, frame, problems) => {
      await expect.poll(() => lines(page, 'slider')).toContainEqual(expect.stringMatching(/Heads 3 of 64 heads/));
      await frame.getByRole('slider', { name: 'Heads', exact: true }).focus();
      await expect.poll(() => outline(page).locator('li.focused > .line').innerText()).toMatch(/slider Heads 3 of/);
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => lines(page, 'slider')).toContainEqual(expect.stringMatching(/Heads 4 of 64 heads focus/));
      await expect.poll(() => outline(page).locator('li.changed').count()).toBeGreaterThan(0);
      await expect
        .poll(() => log(page).innerText(), { timeout: 15_000 })
        .toMatch(/Said:\s+Computed for 16 positions and 4 heads/);
      expect(await log(page).innerText()).toMatch(/Changed:\s+slider Heads 4 of 64 heads/);
      expect(await log(page).innerText()).toMatch(/Focus:\s+slider Heads 3 of 64 heads/);
      // A bad number is said at once.
      await frame.getByRole('spinbutton', { name: 'Heads', exact: true }).fill('900');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => log(page).locator('li.assertive').allInnerTexts())
        .toContainEqual(expect.stringContaining('900'));
      await page.getByRole('button', { name: 'Clear' }).click();
      await expect.poll(() => log(page).innerText()).toMatch(/Nothing yet/);
      expect(problems).toEqual([]);
    });
  });

  it('takes the lab’s parameters, language and theme', async () => {
    await withView({ parameters: { ...small, lab: 'mixers', lang: 'zh-Hans', theme: 'dark' } }, async (page, frame) => {
      expect(new URL(frame.url()).searchParams.get('lab')).toBe('mixers');
      await page.getByRole('heading', { name: '无障碍视图' }).waitFor();
      expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset['theme']])).toEqual(['zh-Hans', 'dark']); // prettier-ignore
      await page.locator('li[data-role="slider"]', { hasText: /滑块\s+头数/ }).waitFor();
      await frame.locator('header select:has(option[value="contrast"])').selectOption('light');
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
    });
  });

  it.each(['light', 'dark'] as const)(
    'has no fault of its own in %s, wide and narrow, and every part by keyboard',
    async (theme) => {
      const language = theme === 'dark' ? 'zh-CN' : 'en-US';
      const open = await openPage(browser, {
        path: 'a11y-view/',
        waitUntilReady: false,
        parameters: small,
        theme,
        language,
      });
      try {
        const { page } = open;
        await labIn(page);
        await page.locator('li[data-role="grid"]').first().waitFor();
        for (const viewport of [page.viewportSize()!, PHONE]) {
          await page.setViewportSize(viewport);
          expect(await axeViolations(page)).toEqual([]);
          expect(await domFaults(page)).toEqual([]);
          expect(await layoutFaults(page)).toEqual([]);
        }
        await page.locator('aside button').focus();
        await page.keyboard.press('Shift+Tab');
        // Back into the lab and out of it again.
        expect(await page.evaluate(() => document.activeElement?.localName)).toBe('iframe');
        await page.keyboard.press('Tab');
        const reached: string[] = [];
        for (let n = 0; n < 4; n++) {
          reached.push(
            await page.evaluate(
              () => document.activeElement?.className.split(' ')[1] ?? document.activeElement!.localName,
            ),
          );
          await page.keyboard.press('Tab');
        }
        expect(reached).toEqual(['button', 'log', 'input', 'outline']);
        expect(open.problems).toEqual([]);
      } finally {
        await open.close();
      }
    },
  );
});
