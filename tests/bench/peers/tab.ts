// One browser tab with one contestant in it, seen from Node. Messages of its console are kept for the report of failures.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright';
import type { PeerCase } from './cases.ts';
import type { PeerName } from './contestant.ts';
import type { HostDoor } from './host-door.ts';

const LOAD_LIMIT_MS = 60_000;

export class OverTime extends Error {}

/** The promise, or `OverTime` after `ms`. What was begun goes on. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const clock = new AbortController();
  const late = sleep(ms, undefined, { signal: clock.signal }).then(() => {
    throw new OverTime(`over ${Math.round(ms / 1000)} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clock.abort();
  }
}

/** The sentence of an error that crossed from the page. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^page\.evaluate: /, '')
    .split('\n')[0]!
    .slice(0, 300);
}

export class Tab {
  readonly name: PeerName;
  readonly messages: string[] = [];
  /** Milliseconds per (query, key) pair of an earlier case with the same kind of mask: tells which case is hopeless. */
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

  /** For a contestant that did not come to an end. */
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
