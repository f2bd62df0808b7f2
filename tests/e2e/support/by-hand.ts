// One frame on a page of another origin whose script speaks `attention-lab/1` by hand (`BY_HAND` in hosts.ts): how the tests of the
// protocol set it up and ask it.
import type { Browser, Frame, Page } from 'playwright';
import { inject } from 'vitest';
import type { Envelope } from '../../../src/contract/frame-protocol.ts';
import { BY_HAND, startHosts, type Hosts } from './hosts.ts';
import { startBrowser } from './page.ts';

declare global {
  /** The host's script, see `support/hosts.ts`. */
  var host: {
    heard: (Envelope & { at: number })[];
    windowHeard: { data: Envelope; origin: string }[];
    port: MessagePort | null;
    hold: boolean;
    follows: boolean;
    connect(payload?: object, v?: number): Envelope[];
    ask(type: string, payload?: unknown): Promise<Envelope>;
    of(type: string): (Envelope & { at: number; payload: never })[];
    message(type: string, rest: object): Envelope;
    frame(): HTMLIFrameElement;
  };
}

export let browser: Browser;
export let hosts: Hosts;
/** Before the tests of a file. */
export async function startStands(): Promise<void> {
  [browser, hosts] = await Promise.all([startBrowser(), startHosts()]);
}
/** After them. */
export async function closeStands(): Promise<void> {
  await browser.close();
  await hosts.close();
}

export const SMALL = { source: 'synthetic', n: 48, left: 4, right: 4, backend: 'cpu' };
let places = 0;

export function frameAddress(parameters: Record<string, string | number>): string {
  const address = new URL('embed/', inject('siteUrl'));
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, String(value));
  return address.href;
}

export interface Stand {
  page: Page;
  frame: Frame;
  problems: string[];
}

/** A host page with one frame and the script by hand; waits until the frame has rendered, unless told not to. */
export async function withHost<Answer>(
  options: {
    parameters?: Record<string, string | number>;
    /** Statements of the host before the frame is there. */
    script?: string;
    attributes?: string;
    before?: string;
    after?: string;
    rendered?: boolean;
  },
  act: (stand: Stand) => Promise<Answer>,
): Promise<Answer> {
  const { parameters = SMALL, script = '', attributes = '', before = '', after = '', rendered = true } = options;
  const source = frameAddress(parameters).replaceAll('&', '&amp;');
  const body = `${before}<iframe id="lab" title="Lab" src="${source}" style="width:100%;height:600px" ${attributes}></iframe>${after}`;
  const address = hosts.add(`/by-hand-${++places}`, { head: `<script>${BY_HAND}${script}</script>`, body });
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 } });
  try {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(address);
    const frame = page.frame({ url: /\/embed\// })!;
    if (rendered) await frame.locator('body[data-ready]').waitFor();
    return await act({ page, frame, problems });
  } finally {
    await context.close();
  }
}

export const connected = (page: Page) => page.waitForFunction(() => host.port !== null);
/** Waits for an event that fits; gives its payload. */
export async function event(
  page: Page,
  type: string,
  fits: (payload: never) => boolean = () => true,
): Promise<unknown> {
  const found = await page.waitForFunction(
    ([type, fits]) => {
      const one = host.of(type).find(({ payload }) => new Function(`return (${fits})(arguments[0])`)(payload));
      return one && { payload: one.payload as unknown };
    },
    [type, fits.toString()] as const,
  );
  return (await found.jsonValue())!.payload;
}
export const forget = (page: Page) => page.evaluate(() => void host.heard.splice(0));
export const ask = (page: Page, type: string, payload?: unknown) =>
  page.evaluate(([type, payload]) => host.ask(type as string, payload), [type, payload]);
