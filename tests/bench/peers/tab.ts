// One browser tab with one contestant in it, seen from Node. Messages of its console are kept for the report of failures.
import type { BrowserContext, Page } from 'playwright';
import type { PeerCase } from './cases.ts';
import type { PeerName } from './contestant.ts';
import type { HostDoor, Seat } from './host-door.ts';
import { within } from './time-limit.ts';

const LOAD_LIMIT_MS = 60_000;

export class Tab implements Seat {
  readonly name: PeerName;
  readonly messages: string[] = [];
  readonly msPerPair = new Map<string, number>();
  readonly #context: BrowserContext;
  readonly #url: string;
  #page: Page | null = null;

  constructor(context: BrowserContext, url: string, name: PeerName) {
    this.#context = context;
    this.#url = url;
    this.name = name;
  }

  async open(): Promise<void> {
    const page = await this.#context.newPage();
    this.#page = page;
    page.on('console', (message) => this.messages.push(`${message.type()}: ${message.text()}`.slice(0, 500)));
    page.on('pageerror', (error) => this.messages.push(`page error: ${error.message}`.slice(0, 500)));
    await page.goto(this.#url);
    await page.waitForFunction('globalThis.bench !== undefined');
    const { isolated } = await within(this.#call('load', this.name), LOAD_LIMIT_MS);
    if (!isolated) throw new Error('the page is not cross-origin isolated');
  }

  async reopen(): Promise<void> {
    await within(this.#page?.close() ?? Promise.resolve(), 20_000).catch(() => undefined);
    await this.open();
  }

  // As text: a compiler's helpers do not exist in the page.
  #call<K extends keyof HostDoor>(method: K, ...args: Parameters<HostDoor[K]>): ReturnType<HostDoor[K]> {
    const call = `bench.${method}(...${JSON.stringify(args)})`;
    return this.#page!.evaluate(call) as ReturnType<HostDoor[K]>;
  }

  prepare(problem: PeerCase) {
    return this.#call('prepare', problem);
  }
  latency(isChecked: boolean) {
    return this.#call('latency', isChecked);
  }
  upload() {
    return this.#call('upload');
  }
  amortised(count: number) {
    return this.#call('amortised', count);
  }
  residentError() {
    return this.#call('residentError');
  }
  dispose() {
    return this.#call('dispose');
  }
}
