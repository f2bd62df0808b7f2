// Pages of others that hold the lab: a server on an origin of its own, whose pages the tests write. `/modules/` are installed packages,
// as a host would serve them. Started in `beforeAll`, closed in `afterAll`.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

export interface HostPage {
  /** What stands in the body; the rest of the page is around it. */
  body: string;
  /** What stands in the head. */
  head?: string;
  lang?: string;
  headers?: Record<string, string>;
}

export interface Hosts {
  /** `http://localhost:PORT`: another origin and another site than the lab's. */
  origin: string;
  port: number;
  /** Puts a page at a path; returns its address. */
  add(path: string, page: HostPage): string;
  close(): Promise<void>;
}

export function pageText({ body, head = '', lang = 'en' }: HostPage): string {
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">${head}<body>${body}</body></html>`;
}

export async function startHosts(): Promise<Hosts> {
  const pages = new Map<string, HostPage>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const page = pages.get(pathname);
    if (page) {
      response.writeHead(200, { 'Content-Type': 'text/html;charset=utf-8', ...page.headers });
      response.end(pageText(page));
      return;
    }
    const path = pathname.startsWith('/modules/') ? join(MODULES, pathname.slice('/modules/'.length)) : null;
    if (!path?.startsWith(MODULES) || !statSync(path, { throwIfNoEntry: false })?.isFile()) {
      // A browser asks every host for its icon once.
      response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' });
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://localhost:${port}`;
  return {
    origin,
    port,
    add(path, page) {
      pages.set(path, page);
      return origin + path;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * A host's script that speaks the protocol by hand, without the element. It connects to `#lab` when `hold` is false and keeps everything
 * it hears; `ask` sends a request and gives the answer.
 */
export const BY_HAND = `
  globalThis.host = {
    heard: [], windowHeard: [], port: null, seq: 0, waiting: new Map(), follows: true, hold: false, options: {},
    frame: () => document.getElementById('lab'),
    message: (type, rest) => ({ ns: 'attention-lab', v: 1, id: 'by-hand', seq: ++host.seq, type, ...rest }),
    connect(payload = {}, v = 1) {
      const { port1, port2 } = new MessageChannel();
      const answers = [];
      port1.onmessage = ({ data }) => {
        answers.push(data);
        if (data.type === 'connected') host.port = port1;
        host.heard.push({ ...data, at: performance.now() });
        if (data.type === 'resize' && host.follows) {
          host.frame().style.height = data.payload.height + 'px';
          port1.postMessage(host.message('resized', { payload: data.payload, re: data.seq }));
        }
        host.waiting.get(data.re)?.(data);
      };
      const message = { ...host.message('connect', { payload: { version: 1, ...payload } }), v };
      host.frame().contentWindow.postMessage(message, '*', [port2]);
      return answers;
    },
    ask(type, payload) {
      const message = host.message(type, { payload });
      host.port.postMessage(message);
      return new Promise((resolve) => host.waiting.set(message.seq, resolve));
    },
    of: (type) => host.heard.filter((one) => one.type === type),
  };
  addEventListener('message', ({ data, source, origin }) => {
    if (source !== host.frame()?.contentWindow) return;
    host.windowHeard.push({ data, origin });
    if (data.type === 'hello' && !host.hold && !host.port) { host.hold = true; host.connect(host.options); }
  });
`;
