// The host matrix (shared/research/embed.md §6): in each situation a page can put the frame into, it renders, names its backend, and says
// why when it is the CPU. In Chromium with and without WebGPU, and in Firefox.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser as Firefox, Frame as FirefoxFrame } from 'puppeteer-core';
import type { Browser, Frame } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { BackendReport } from '../../src/contract/frame-protocol.ts';
import { WEBGPU_FLAGS } from '../../src/tools/chromium.mjs';
import { isFirefoxMissing, startFirefox, withFirefoxPage } from './support/firefox.ts';
import { BY_HAND, pageText, startHosts, type HostPage, type Hosts } from './support/hosts.ts';
import { startBrowser } from './support/page.ts';

const INSECURE = 'insecure.test';
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

interface Situation {
  name: string;
  /** What the host's page is, given the frame's address. */
  page: (source: string) => HostPage;
  place?: 'insecure' | 'file';
  /** Without WebGPU whatever the browser can. */
  isInsecure?: boolean;
}

const framed = (attributes: string) => (source: string) => ({
  head: `<script>${BY_HAND}</script>`,
  body: `<iframe id="lab" title="Lab" src="${escaped(source)}" style="width:900px;height:600px" ${attributes}></iframe>`,
});
const plain = framed('');
const isolated = (policy: string) => (source: string) => ({
  ...plain(source),
  headers: { 'Cross-Origin-Embedder-Policy': policy, 'Cross-Origin-Opener-Policy': 'same-origin' },
});
/** A notebook's way: the page that holds the frame is itself text in a frame. */
const inText = (attributes: string) => (source: string) => ({
  body: `<iframe title="Output" srcdoc="${escaped(pageText(plain(source)))}" style="width:920px;height:620px" ${attributes}></iframe>`,
});

const SITUATIONS: Situation[] = [
  { name: 'a page of another origin', page: plain },
  { name: 'sandbox="allow-scripts"', page: framed('sandbox="allow-scripts"') },
  { name: 'sandbox="allow-scripts allow-same-origin"', page: framed('sandbox="allow-scripts allow-same-origin"') },
  { name: 'a page without HTTPS', page: plain, place: 'insecure', isInsecure: true },
  { name: 'a page isolated by require-corp', page: isolated('require-corp') },
  { name: 'a page isolated by credentialless', page: isolated('credentialless') },
  { name: 'srcdoc', page: inText('') },
  { name: 'srcdoc in a sandbox', page: inText('sandbox="allow-scripts"') },
  { name: 'a file', page: plain, place: 'file' },
];

let hosts: Hosts;
let folder: string;
let frameAddress: string;
beforeAll(async () => {
  hosts = await startHosts();
  folder = mkdtempSync(join(tmpdir(), 'attention-lab-hosts-'));
  const address = new URL('embed/', inject('siteUrl'));
  for (const [name, value] of Object.entries({ source: 'synthetic', n: '64', backend: 'webgpu' }))
    address.searchParams.set(name, value);
  frameAddress = address.href;
});
afterAll(async () => {
  await hosts.close();
  rmSync(folder, { recursive: true });
});

function addressOf({ name, page, place }: Situation): string {
  const path = `/${encodeURIComponent(name).replaceAll('%', '')}`;
  const host = page(frameAddress);
  if (place === 'file') {
    const file = join(folder, 'host.html');
    writeFileSync(file, pageText(host));
    return pathToFileURL(file).href;
  }
  const address = hosts.add(path, host);
  return place === 'insecure' ? address.replace('localhost', INSECURE) : address;
}

interface Told {
  backend: BackendReport;
  rendered: unknown;
  words: string;
}

/** What the frame tells its parent, and what it says to the reader. Both drivers have what this needs of a frame. */
async function read(
  lab: Pick<Frame, 'waitForSelector' | 'evaluate' | 'url'>,
  parent: Pick<Frame, 'evaluate'>,
): Promise<Told> {
  try {
    await lab.waitForSelector('body[data-ready]', { timeout: 40_000 });
  } catch (error) {
    const shown = await lab.evaluate(
      () =>
        `${document.visibilityState}, ${document.readyState}, ready ${document.body.dataset['ready']}: ${document.body.innerText.slice(0, 400)}`,
    );
    const errors = await parent.evaluate(() =>
      JSON.stringify(host.of('error').map(({ payload }) => payload as unknown)),
    );
    throw new Error(`${lab.url()} is not ready: ${errors} ${shown}`, { cause: error });
  }
  await lab.waitForSelector('.backend', { timeout: 20_000 });
  const words = await lab.evaluate(() => document.querySelector('.backend')!.textContent);
  const told = await parent.evaluate(async () => {
    const wait = () => new Promise((done) => setTimeout(done, 50));
    for (let turn = 0; turn < 200 && !host.of('backend').length; turn++) await wait();
    return { backend: host.of('backend').at(-1)?.payload, rendered: host.of('rendered').at(-1)?.payload };
  });
  return { ...(told as unknown as Omit<Told, 'words'>), words };
}

function expectTold({ backend, rendered, words }: Told, expected: BackendReport): void {
  expect(backend).toEqual(expected);
  expect(rendered).toMatchObject({ backend: expected.kind, ms: expect.any(Number) });
  expect(words).toMatch(expected.kind === 'webgpu' ? /Computed on the GPU/ : /Computed on the CPU/);
  if (expected.reason === 'insecure-context') expect(words).toMatch(/HTTPS/);
  else if (expected.kind === 'cpu') expect(words).toMatch(/no usable GPU|no WebGPU/);
}

const RULE = `--host-resolver-rules=MAP ${INSECURE} 127.0.0.1`;
const CHROMIUMS: { name: string; flags: string[]; expected: BackendReport[] }[] = [
  { name: 'Chromium with WebGPU', flags: [...WEBGPU_FLAGS, RULE], expected: [{ kind: 'webgpu' }] },
  {
    name: 'Chromium without WebGPU',
    flags: ['--no-sandbox', RULE],
    expected: [
      { kind: 'cpu', reason: 'no-adapter' },
      { kind: 'cpu', reason: 'no-webgpu' },
    ],
  },
];
describe.each(CHROMIUMS)('$name shows the frame in', ({ flags, expected }) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser(flags);
  });
  afterAll(() => browser.close());

  it.each(SITUATIONS)('$name', async (situation) => {
    const page = await browser.newPage();
    try {
      await page.goto(addressOf(situation));
      const lab = await find(() => page.frames().find((frame) => frame.url().startsWith(frameAddress.split('?')[0]!)));
      const told = await read(lab, lab.parentFrame()!);
      if (situation.isInsecure) expectTold(told, { kind: 'cpu', reason: 'insecure-context' });
      else expectTold(told, expected.find(({ reason }) => reason === told.backend.reason) ?? expected[0]!);
    } finally {
      await page.close();
    }
  });
});

/** A frame inside a frame is not there at once. */
async function find<T>(look: () => T | undefined): Promise<T> {
  const until = Date.now() + 10_000;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error('The frame was not loaded: the host blocks it.');
    await new Promise((done) => setTimeout(done, 50));
  }
}

describe.skipIf(isFirefoxMissing)('Firefox shows the frame in', () => {
  let browser: Firefox | null;
  beforeAll(async () => {
    browser = await startFirefox({
      'dom.webgpu.enabled': true,
      'gfx.webgpu.ignore-blocklist': true,
      'network.dns.localDomains': INSECURE,
    });
  });
  afterAll(() => browser?.close());

  it.each(SITUATIONS)('$name', (situation) =>
    withFirefoxPage(browser, { url: addressOf(situation) }, async ({ page }) => {
      const lab = (await find(() =>
        page.frames().find((frame) => frame.url().startsWith(frameAddress.split('?')[0]!)),
      )) as FirefoxFrame;
      const told = await read(lab as unknown as Frame, lab.parentFrame() as unknown as Frame);
      // Whether this Firefox has an adapter is the machine's affair; that it is named, or its absence explained, is ours.
      if (situation.isInsecure) expectTold(told, { kind: 'cpu', reason: 'insecure-context' });
      else {
        expect(['webgpu', 'no-adapter', 'no-webgpu']).toContain(told.backend.reason ?? told.backend.kind);
        expectTold(told, told.backend);
      }
    }),
  );
});
