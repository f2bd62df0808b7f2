// Files that come in: a saved view brings settings and numbers back, by Input, by "Open a saved view" of every lab, or dropped anywhere on the
// page; what is of no use is refused in words, and nothing is lost.
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB_IDS, type LabId } from '../../src/params/control-ids.ts';
import { isIdle, small } from './support/controls.ts';
import { startBrowser, withPage } from './support/page.ts';
import { idle, masked, openPanel, setting, take, type Saved, type Taken } from './support/saving.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

/** Of Input; the one of "Save & copy" is reached by its button. */
const inputFile = (page: Page) => page.locator('.input input[type="file"]');

describe('a saved JSON', () => {
  const open = async (page: Page, file: Taken, input: string) => {
    await page.getByRole('combobox', { name: input, exact: true }).selectOption('file');
    await inputFile(page).setInputFiles({ name: file.name, mimeType: 'application/json', buffer: file.bytes }); // prettier-ignore
  };
  const numbers = (file: Taken) => {
    const { params, weights, view } = JSON.parse(file.bytes.toString('utf8')) as Saved;
    return { params: { ...params, lang: '' }, weights, view };
  };

  it('of a Chinese page opens in an English one, and back, with the same settings, part in view and numbers', async () => {
    const first = await withPage(browser, { parameters: { ...masked, lang: 'zh-Hans' } }, async ({ page }) => {
      await idle(page);
      await page.getByRole('button', { name: '放大', exact: true }).click();
      await idle(page);
      await openPanel(page, '保存与复制');
      const file = await take(page, '保存为 JSON');
      expect(file.name).toBe('attention-lab_copy_L1H2_zh-Hans.json');
      return file;
    });
    expect(numbers(first).view['whole']).toBe(false);
    const second = await withPage(
      browser,
      { parameters: { source: 'synthetic', n: 40 } },
      async ({ page, problems }) => {
        await idle(page);
        await open(page, first, 'Input');
        await expect.poll(() => new URL(page.url()).searchParams.get('seed')).toBe('5');
        await idle(page);
        expect(await page.locator('html').getAttribute('lang')).toBe('en');
        await page.getByText(/query 9, key 7, weight/).first().waitFor(); // prettier-ignore
        await openPanel(page);
        const file = await take(page, 'Save as JSON');
        expect(problems).toEqual([]);
        return file;
      },
    );
    expect(numbers(second)).toEqual(numbers(first));
    const third = await withPage(browser, { parameters: { ...setting, n: 30, lang: 'zh-Hans' } }, async ({ page }) => {
      await idle(page);
      await open(page, second, '输入');
      await expect.poll(() => new URL(page.url()).searchParams.get('n')).toBe('24');
      await idle(page);
      await openPanel(page, '保存与复制');
      return take(page, '保存为 JSON');
    });
    expect(numbers(third)).toEqual(numbers(first));
  });

  it('of a file carries it along; a damaged one is refused in words and the picture stays', async () => {
    await withPage(browser, { parameters: setting }, async ({ page, problems }) => {
      await idle(page);
      const csv = { name: 'own.csv', bytes: Buffer.from('=a,b,猫\n0.5,0.5,0\n0.2,0.3,0.5\n0,0,1\n') };
      await open(page, csv, 'Input');
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('3');
      await idle(page);
      await openPanel(page);
      const saved = await take(page, 'Save as JSON');
      expect(saved.name).toBe('attention-lab_own_L1H1_en.json');
      await inputFile(page).setInputFiles({ name: 'cut.json', mimeType: 'application/json', buffer: saved.bytes.subarray(0, 300) }); // prettier-ignore
      await page.getByText(/The file “cut\.json” cannot be used\. It is not valid JSON\./).waitFor();
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('3');
      await page.getByRole('combobox', { name: 'Input', exact: true }).selectOption('synthetic');
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('24');
      await open(page, saved, 'Input');
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('3');
      await idle(page);
      const again = await take(page, 'Save as JSON');
      expect(numbers(again).weights).toEqual(numbers(saved).weights);
      expect((JSON.parse(again.bytes.toString('utf8')) as Saved)['tokens']).toEqual(['=a', 'b', '猫']);
      expect(problems).toEqual([]);
    });
  });

  it('of another lab says there what it does not use, and is silent once the next is opened', async () => {
    const file = (name: string, whole: object) => ({ name, bytes: Buffer.from(JSON.stringify(whole)) });
    const ours = (params: object, schema = 'attention-lab/export@1') => ({ schema, params });
    await withPage(browser, { parameters: setting }, async ({ page, problems }) => {
      await idle(page);
      const notices = page.locator('.notices p');
      await open(page, file('newer.json', ours({ n: 9 }, 'attention-lab/export@9')), 'Input');
      await page.getByText('The file “newer.json” cannot be used. It was saved by another version of this page: attention-lab/export@9; known here: attention-lab/export@1.').waitFor(); // prettier-ignore
      expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('24');
      await open(page, file('mixers.json', ours({ lab: 'mixers', n: 30, seed: { deep: 1 } })), 'Input');
      await page.locator('#lab-mixers').waitFor();
      await expect.poll(() => new URL(page.url()).searchParams.get('n')).toBe('30');
      await expect.poll(() => notices.count()).toBe(1);
      const said = notices.locator('bdi');
      expect(await said.textContent()).toMatch(/seed.*\{"deep":1\}.*4294967295/);
      await page.getByRole('combobox', { name: 'Language', exact: true }).selectOption('zh-Hans');
      await expect.poll(() => said.textContent()).toMatch(/\p{Script=Han}.*\{"deep":1\}/u);
      await page.getByRole('tab').first().click();
      await page.locator('#lab-attention').waitFor();
      expect(await notices.count()).toBe(1);
      await open(page, file('next.json', ours({ source: 'synthetic', n: 20 })), '输入');
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('20');
      expect(await notices.count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });
});

describe('“Open a saved view”', () => {
  /** Beside the buttons that save; the panel must be open. */
  const openSaved = async (page: Page, file: Taken) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: /^(Open a saved view|打开已保存的视图)$/ }).click();
    await (await chooser).setFiles({ name: file.name, mimeType: 'application/json', buffer: file.bytes });
  };
  const panel = (page: Page, lab: LabId) => page.locator(`#lab-${lab} details`, { hasText: /Save & copy|保存与复制/ });
  const unfold = async (page: Page, lab: LabId) => {
    const one = panel(page, lab);
    if ((await one.getAttribute('open')) === null) await one.locator('summary').click();
  };
  /** There is something to save: zero-shot loads its encoder first. */
  const answered = (page: Page) => page.locator('body[data-ready]').waitFor({ timeout: 45_000 });
  const other: Record<LabId, LabId> = {
    attention: 'mixers',
    mixers: 'attention',
    speedups: 'pretraining',
    pretraining: 'speedups',
    'zero-shot': 'mixers',
  };
  const views: Record<LabId, Record<string, string | number>> = {
    attention: { ...masked, view: 'arcs' },
    mixers: { n: 48, dim: 16, seed: 11, backend: 'cpu' },
    speedups: { n: 64, heads: 2, seed: 3, backend: 'cpu' },
    pretraining: { text: 'A cat sat on the mat, and the dog looked on.', seed: 21 },
    'zero-shot': { text: 'The match ended in a draw.\nShares fell.', labels: 'sport,business', backend: 'cpu' },
  };

  it.each(LAB_IDS)('brings back what %s showed, from another lab and in the other language', async (lab) => {
    const first = await withPage(browser, { parameters: { lab, ...views[lab] } }, async ({ page }) => {
      await answered(page);
      await unfold(page, lab);
      return take(page, 'Save as JSON');
    });
    const { params } = JSON.parse(first.bytes.toString('utf8')) as Saved;
    await withPage(browser, { parameters: { lab: other[lab], lang: 'zh-Hans' } }, async ({ page, problems }) => {
      await unfold(page, other[lab]);
      await openSaved(page, first);
      await page.locator(`#lab-${lab}`).waitFor();
      for (const [name, value] of Object.entries(views[lab]))
        await expect.poll(() => new URL(page.url()).searchParams.get(name), { message: name }).toBe(String(value));
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
      // The keyboard goes on from the tab of the lab that came up.
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(`tab-${lab}`);
      await panel(page, lab).waitFor();
      await answered(page);
      await unfold(page, lab);
      const again = JSON.parse((await take(page, '保存为 JSON')).bytes.toString('utf8')) as Saved;
      expect({ ...again['params'], lang: '' }).toEqual({ ...params, lang: '' });
      expect(await page.locator('.notices p').count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });

  it('says beside the button and above what is wrong with a file, in both languages, and nothing is lost', async () => {
    await withPage(browser, { parameters: { lab: 'mixers', ...views.mixers } }, async ({ page, problems }) => {
      await unfold(page, 'mixers');
      const beside = panel(page, 'mixers').locator('p').filter({ hasText: 'own.' });
      const refused = async (name: string, content: string | Buffer, words: RegExp) => {
        await openSaved(page, { name, bytes: Buffer.from(content) });
        await expect.poll(() => beside.allTextContents()).toEqual([expect.stringMatching(words)]);
        expect(await page.locator('.notices p bdi').allTextContents()).toEqual([expect.stringMatching(words)]);
        expect(new URL(page.url()).searchParams.get('seed')).toBe('11');
      };
      await refused('own.csv', 'a,b\n1,0\n0,1\n', /own\.csv.*It is no view saved by this page/);
      await refused('own.json', '{"schema":"attention-lab/export@1","par', /own\.json.*It is not valid JSON/);
      await refused('own.bin', Buffer.alloc(4096, 0xff), /own\.bin/);
      await refused('own.json', '[[[1,0],[0,1]]]', /own\.json.*no view saved/);
      await page.getByRole('combobox', { name: 'Language', exact: true }).selectOption('zh-Hans');
      await expect
        .poll(() => beside.allTextContents())
        .toEqual([expect.stringMatching(/own\.json.*不是本页面保存的视图/)]);
      await openSaved(page, {
        name: 'good.json',
        bytes: Buffer.from(JSON.stringify({ schema: 'attention-lab/export@1', params: { lab: 'mixers', seed: 12 } })),
      });
      await expect.poll(() => new URL(page.url()).searchParams.get('seed')).toBe('12');
      await page.getByText('已打开：good.json。', { exact: true }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('打开已保存的视图');
      expect(await page.locator('.notices p').count()).toBe(0);
      expect(await beside.count()).toBe(0);
      expect(problems).toEqual([]);
    });
  });
});

describe('a file dropped on the page', () => {
  const QKV = '{"q":[[[1,0],[0,1]]],"k":[[[1,0],[0,1]]],"v":[[[1,2],[3,4]]]}';
  /** Holds files over a part of the page, and lets go. */
  const drop = (page: Page, files: { name: string; text: string; padding?: number }[], isLetGo = true) =>
    page.locator('main').evaluate(
      (target, [given, letGo]) => {
        const dataTransfer = new DataTransfer();
        for (const { name, text, padding = 0 } of given)
          dataTransfer.items.add(new File([text, new Uint8Array(padding)], name));
        for (const type of letGo ? ['dragover', 'drop'] : ['dragover'])
          target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      },
      [files, isLetGo] as const,
    );

  it('opens wherever it falls, from every lab; several, and one too large, are refused in words', async () => {
    const parameters = { lab: 'mixers', backend: 'cpu', n: 32, width: 16, lang: 'zh-Hans' };
    await withPage(browser, { parameters }, async ({ page, problems }) => {
      await drop(page, [{ name: 'own.json', text: QKV }], false);
      await page.getByText('松开即可打开文件').waitFor();
      await drop(page, [
        { name: 'q.npy', text: '' },
        { name: 'k.npy', text: '' },
      ]);
      await page.getByText('松开即可打开文件').waitFor({ state: 'detached' });
      await page.getByText(/q\.npy, k\.npy.*同时放下了 2 个文件/).waitFor();
      await drop(page, [{ name: 'large.npy', text: '', padding: 64 * 2 ** 20 + 1 }]);
      await page.getByText(/large\.npy.*文件过大/).waitFor();
      expect(await page.getByText('同时放下了').count()).toBe(0);
      expect(new URL(page.url()).searchParams.get('lab')).toBe('mixers');
      await drop(page, [{ name: 'own.json', text: QKV }]);
      await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount'), { timeout: 20_000 }).toBe('2');
      expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('注意力');
      expect(problems).toEqual([]);
    });
  });

  it('changes nothing in a frame that has no place for files', async () => {
    const parameters = { ...small, lock: 'source' };
    await withPage(browser, { path: 'embed/', parameters }, async ({ page, problems }) => {
      await isIdle(page);
      const address = page.url();
      await drop(page, [{ name: 'own.json', text: QKV }], false);
      expect(await page.getByText('Drop the file to open it').count()).toBe(0);
      await drop(page, [{ name: 'own.json', text: QKV }]);
      await page.waitForTimeout(300);
      expect(await page.getByRole('grid').first().getAttribute('aria-rowcount')).toBe('24');
      expect(page.url()).toBe(address);
      expect(problems).toEqual([]);
    });
  });
});
