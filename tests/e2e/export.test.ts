// Saving and copying from the built page: every format is really downloaded and read again, and in frames that allow neither downloads nor
// the clipboard the file stands on the page.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PNG } from 'pngjs';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOf, startBrowser, withPage } from './support/page.ts';
import { idle, masked, openPanel, setting, take, type Saved } from './support/saving.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

interface Cell {
  x: number;
  y: number;
  color: number[];
}

/** Cells of an SVG by place and colour, a few of each picture. */
function cellsOf(
  page: Page,
  svg: string,
): Promise<{ cells: Cell[]; texts: string[]; title: string; desc: string; error: string }> {
  return page.evaluate((source) => {
    const tree = new DOMParser().parseFromString(source, 'image/svg+xml');
    const holder = document.createElement('div');
    holder.append(document.importNode(tree.documentElement, true));
    holder.style.position = 'absolute';
    holder.style.left = '0';
    document.body.prepend(holder);
    const corner = holder.firstElementChild!.getBoundingClientRect();
    const cells = [...holder.querySelectorAll('g[shape-rendering] > rect')].filter((_, n) => n % 37 === 0);
    const found = cells.map((cell) => {
      const box = cell.getBoundingClientRect();
      const hex = cell.getAttribute('fill')!;
      const color = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
      // A quarter in: beside the rings of a pinned cell.
      return { x: box.x - corner.x + box.width / 4, y: box.y - corner.y + box.height / 4, color };
    });
    const texts = [...holder.querySelectorAll('text')].map((one) => one.textContent);
    holder.remove();
    const root = tree.documentElement;
    const words = (name: string) => root.querySelector(name)?.textContent ?? '';
    return { cells: found, texts, title: words('title'), desc: words('desc'), error: words('parsererror') };
  }, svg);
}

describe('the panel', () => {
  it('saves every format of what is on screen, and each can be read', async () => {
    await withPage(browser, { parameters: masked, language: 'en-US' }, async ({ page, problems }) => {
      await idle(page);
      await openPanel(page);
      const svg = await take(page, 'Save as SVG');
      expect(svg.name).toBe('attention-lab_copy_L1H2_en.svg');
      const { cells, texts, title, desc, error } = await cellsOf(page, svg.bytes.toString('utf8'));
      expect(error).toBe('');
      expect(title).toBe('Attention weights, head 2 of 2');
      expect(desc).toMatch(/Synthetic signal “Copy”, seed 5; n\s=\s24, heads\s=\s2, d\s=\s8, causal, window 6 left, 0 right, global tokens\s=\s1/); // prettier-ignore
      expect(texts.some((line) => line.includes('softmax over visible keys'))).toBe(true);
      expect(texts.some((line) => line.includes('Computed on the CPU'))).toBe(true);
      // The address may be broken over lines.
      expect(texts.join('')).toMatch(/Attention Lab \d+\.\d+\.\d+( · )?http:\S+seed=5/);
      expect(texts.some((line) => line.startsWith('Pinned: query 9, key 7, weight '))).toBe(true);
      // The difference stands below both pictures, with its own legend and the error it makes.
      expect(texts).toContain('Windowed − full');
      expect(texts).toContain('Weight, windowed minus full');
      expect(texts.join(' ')).toMatch(/Most lost: −\S+, from query \d+ to key \d+\./);
      expect(texts.join(' ')).toMatch(
        /Largest output error: [\d.]+, [\d.]+% of the largest output; at query \d+, head \d\./,
      );
      expect(cells.length).toBeGreaterThan(8);

      for (const scale of [1, 3]) {
        await page.getByRole('combobox', { name: 'Size', exact: true }).selectOption(String(scale));
        const png = await take(page, 'Save as PNG');
        expect(png.name).toBe('attention-lab_copy_L1H2_en.png');
        const { width, data } = PNG.sync.read(png.bytes);
        for (const { x, y, color } of cells) {
          const at = 4 * (Math.floor(y * scale) * width + Math.floor(x * scale));
          expect([...data.subarray(at, at + 3)], `${x} ${y} at ${scale}×`).toEqual(color);
        }
      }

      const csv = (await take(page, 'Save as CSV')).bytes.toString('utf8');
      expect(csv.charCodeAt(0)).toBe(0xfeff);
      const lines = csv.slice(1).trimEnd().split('\r\n');
      expect(lines).toHaveLength(1 + 24 * 24);
      expect(lines[1 + 9 * 24 + 20]).toMatch(/^0,1,9,,20,,-?[\d.e-]+,,$/);

      const json = await take(page, 'Save as JSON');
      const saved = JSON.parse(json.bytes.toString('utf8')) as Saved;
      expect(saved['params']).toMatchObject({ seed: 5, causal: true, left: 6, global: 1, query: 9 });
      const row = (name: string) => (saved['weights'][name][9] as number[]).reduce((sum, one) => sum + one, 0);
      expect(row('full')).toBeCloseTo(1, 5);
      expect(row('windowed')).toBeCloseTo(1, 5);
      expect(Number(lines[1 + 9 * 24 + 7]!.split(',')[8])).toBe(saved['weights']['windowed'][9][7]);

      const text = (await take(page, 'Save as text')).bytes.toString('utf8');
      expect(text).toMatch(/The strongest weights: query \d+, key \d+: /);
      expect(text.split('\n').filter((line) => line.split('\t').length === 25)).toHaveLength(50);
      expect(problems).toEqual([]);
    });
  });

  it('copies program, words, table and picture', async () => {
    await withPage(browser, { parameters: masked }, async ({ page, problems }) => {
      await (page.context() as BrowserContext).grantPermissions(['clipboard-read', 'clipboard-write']);
      await idle(page);
      await openPanel(page);
      const copied = async (button: string, words: string) => {
        await page.getByRole('button', { name: button, exact: true }).click();
        await page.getByText(`Copied: ${words}.`, { exact: true }).waitFor();
        return page.evaluate(() => navigator.clipboard.readText());
      };
      const program = await copied('Copy as NumPy', 'program');
      expect(program).toContain('causal, left, right, dilation, global_tokens = True, 6, 0, 1, 1');
      expect(await copied('Copy the description', 'description')).toMatch(/^Attention weights, head 2 of 2\. /);
      expect(await copied('Copy the alternative text', 'alternative text')).toMatch(/^Heatmap\. /);
      const table = await copied('Copy the table', 'table');
      expect(table.split('\n')[1]!.split('\t')).toHaveLength(25);
      await page.getByRole('button', { name: 'Copy the picture', exact: true }).click();
      await page.getByText('Copied: picture.', { exact: true }).waitFor();
      const kinds = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap(({ types }) => types));
      expect(kinds).toContain('image/png');
      // And the way without either, for whoever wants it.
      await page.getByRole('button', { name: 'Show it here' }).click();
      await page.getByRole('img', { name: /attention-lab_copy_L1H2_en\.png/ }).waitFor();
      expect(problems).toEqual([]);
    });
  });

  it('says how many cells fit when the whole head is too large for a table', async () => {
    const parameters = { ...setting, n: 1100, left: 8, right: 8, head: 0, heads: 1 };
    await withPage(browser, { parameters }, async ({ page }) => {
      await idle(page);
      await openPanel(page);
      await page.getByRole('button', { name: 'Save as CSV', exact: true }).click();
      await page.getByText(/1,210,000 cells are more than a spreadsheet holds\. At most 1,048,575 fit: zoom in to 1,023 × 1,023/).waitFor(); // prettier-ignore
    });
  });

  it('draws the view that is shown: links, a query’s steps, a table', async () => {
    await withPage(browser, { parameters: { ...masked, view: 'arcs' } }, async ({ page, problems }) => {
      await idle(page);
      await openPanel(page);
      const read = async () => {
        const svg = (await take(page, 'Save as SVG')).bytes.toString('utf8');
        return { svg, ...(await cellsOf(page, svg)) };
      };
      const show = async (view: string) => {
        await page.getByRole('radio', { name: view, exact: true }).check();
        await idle(page);
      };
      const arcs = await read();
      expect(arcs.svg.match(/<path d="M[\d.]+ [\d.]+C/g)!.length).toBeGreaterThan(24);
      expect(arcs.texts.join(' ')).toMatch(/Each query’s strongest keys until they hold 70\s?% of its weight/);
      await show('Steps');
      await page
        .getByText(/query 9: “9”/)
        .first()
        .waitFor();
      const steps = await read();
      expect(steps.texts.some((line) => /^w = exp\(s − max\) \/ ∑ exp\(s − max\) = .+ = .+$/.test(line))).toBe(true);
      await show('Table');
      const table = await read();
      expect(table.texts).toContain('Softmax weights of head 2: Every key of query 9');
      expect(table.texts.filter((line) => line === 'masked').length).toBeGreaterThanOrEqual(14);
      const { width, height } = PNG.sync.read((await take(page, 'Save as PNG')).bytes);
      expect(width).toBeGreaterThan(2 * 420);
      expect(height).toBeGreaterThan(2 * 24 * 18);
      expect(problems).toEqual([]);
    });
  });

  it('is hidden where the address says so', async () => {
    await withPage(browser, { parameters: { ...setting, hide: 'export' } }, async ({ page }) => {
      await idle(page);
      expect(await page.locator('details.saving').count()).toBe(0);
    });
  });
});

describe('in a frame of another site', () => {
  /** A page of another origin; a real server, because a made-up public one may not look into this machine. */
  async function serveHost(body: string) {
    const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(body));
    await new Promise<void>((ready) => server.listen(0, 'localhost', ready));
    const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
    return { url, close: () => new Promise((closed) => server.close(closed)) };
  }

  /** The lab in a frame of a page of another origin, with this sandbox. */
  async function withFrame(sandbox: string, use: (frame: FrameLocator, page: Page) => Promise<void>): Promise<void> {
    const address = addressOf({ path: 'embed/', parameters: { ...masked, ui: 'full', lang: 'en' } });
    const source = address.replaceAll('&', '&amp;');
    const host = await serveHost(
      `<!doctype html><iframe ${sandbox} src="${source}" style="width:1000px;height:800px"></iframe>`,
    );
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
    try {
      const page = await context.newPage();
      await page.goto(host.url);
      const frame = page.frameLocator('iframe');
      await frame.locator('body[data-ready]').waitFor({ timeout: 45_000 });
      await frame.locator('[data-activity="idle"]').waitFor({ timeout: 45_000 });
      await openPanel(frame);
      await use(frame, page);
    } finally {
      await context.close();
      await host.close();
    }
  }
  const press = (frame: FrameLocator, name: string) => frame.getByRole('button', { name, exact: true }).click();
  const size = (image: Locator) => image.evaluate((one) => (one as HTMLImageElement).decode().then(() => (one as HTMLImageElement).naturalWidth)); // prettier-ignore

  it('that is sandboxed, without downloads, everything stands on the page with the reason', async () => {
    await withFrame('sandbox="allow-scripts"', async (frame, page) => {
      let downloads = 0;
      page.on('download', () => downloads++);
      await press(frame, 'Save as PNG');
      await frame.getByText(/sandboxed frame, where downloads are usually blocked/).waitFor();
      expect(await size(frame.getByRole('img', { name: /\.png$/ }))).toBeGreaterThan(800);
      await press(frame, 'Save as CSV');
      const field = frame.getByRole('textbox', { name: /\.csv$/ });
      await expect.poll(() => field.inputValue()).toMatch(/^layer,head,query_index/);
      await press(frame, 'Select all');
      expect(await field.evaluate((one) => (one as HTMLTextAreaElement).selectionEnd)).toBeGreaterThan(10_000);
      await press(frame, 'Copy the picture');
      await frame.getByText('Not copied: picture.').waitFor();
      await frame.getByText(/does not allow writing to the clipboard|cannot put pictures/).waitFor();
      expect(await frame.getByRole('link', { name: 'Open in a new tab' }).getAttribute('href')).toMatch(/^blob:/);
      expect(downloads).toBe(0);
    });
  });

  it('that allows downloads, the file arrives and is offered on the page as well', async () => {
    await withFrame('sandbox="allow-scripts allow-same-origin allow-downloads"', async (frame, page) => {
      const saving = page.waitForEvent('download');
      await press(frame, 'Save as JSON');
      const saved = JSON.parse(readFileSync((await (await saving).path())!, 'utf8')) as Saved;
      expect(saved['schema']).toBe('attention-lab/export@1');
      expect(saved['link']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?/);
      await frame.getByText(/stands in a frame, which may block downloads/).waitFor();
    });
  });
});
