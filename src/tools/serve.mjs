// Serves the built site over HTTP on this machine. Used by `npm start`, the end-to-end tests and the benchmark.
// sirv reads the files; this file adds the headers of headers.mjs, the redirect of `/embed` and `/a11y-view` and the page for a wrong address.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { headersOf } from './headers.mjs';

/** Types that sirv does not know, or takes for another. */
const TYPES = {
  '.safetensors': 'application/octet-stream',
  '.wgsl': 'text/plain;charset=utf-8',
  '.d.ts': 'text/plain;charset=utf-8',
  NOTICE: 'text/plain;charset=utf-8',
};

/** Folders that are pages, besides the root. */
const PAGES = ['/embed', '/a11y-view'];

const NOT_FOUND = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <title>Not found – Attention Lab</title>
  <h1>There is nothing at this address</h1>
  <p><a href="/">Open the Attention Lab</a></p>
</html>
`;

/** @param {import('node:http').ServerResponse} response @param {string} pathname */
function setFileHeaders(response, pathname) {
  const type = Object.entries(TYPES).find(([ending]) => pathname.endsWith(ending))?.[1];
  if (type) response.setHeader('Content-Type', type);
  // sirv has its own idea of it.
  response.setHeader('Cache-Control', headersOf(pathname)['Cache-Control'] ?? '');
}

/** @param {string} root @returns {import('node:http').RequestListener} */
function siteHandler(root) {
  const files = sirv(root, { etag: true, brotli: true, gzip: true, setHeaders: setFileHeaders });
  return (request, response) => {
    const [pathname = '/', query] = (request.url ?? '/').split('?', 2);
    for (const [name, value] of Object.entries(headersOf(pathname))) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    } else if (PAGES.includes(pathname)) {
      // Without the slash the page's relative addresses would point elsewhere.
      response.writeHead(308, { Location: query === undefined ? `${pathname}/` : `${pathname}/?${query}` }).end();
    } else {
      files(request, response, () => {
        response.writeHead(404, { 'Content-Type': 'text/html;charset=utf-8' }).end(NOT_FOUND);
      });
    }
  };
}

/**
 * Starts serving. Rejects with Node's error (`EADDRINUSE` …) when the port cannot be had.
 * @param {object} options
 * @param {string} options.root the built folder; throws when there is no index.html in it
 * @param {number} options.port 0 takes any free one
 * @param {string} [options.host] default 127.0.0.1
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
export function serve({ root, port, host = '127.0.0.1' }) {
  if (!existsSync(join(root, 'index.html'))) throw new Error(`There is no index.html in ${root}: run npm run build.`);
  const server = createServer(siteHandler(root));
  const close = () =>
    new Promise((/** @type {(value: void) => void} */ settle) => {
      server.close(() => settle());
      server.closeAllConnections();
    });
  return new Promise((settle, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const actual = typeof address === 'object' && address ? address.port : port;
      settle({ url: `http://${host}:${actual}/`, port: actual, close });
    });
  });
}
