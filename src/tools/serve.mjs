// Serves the built site over HTTP on this machine. Used by `npm start`, the end-to-end tests and the benchmark.
// sirv reads the files; this file adds the headers, the redirect of `/embed` and the page for a wrong address.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "worker-src 'self' blob: data:",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];
const PAGE_POLICY = [...POLICY, "connect-src 'self'"].join('; ');
// A worker obeys the policy its own file came with, and the library's may be told to fetch weights from elsewhere.
const LIBRARY_POLICY = [...POLICY, 'connect-src *'].join('; ');

/** What a page needs to be embedded, to lend its modules to other origins and to have the fine clock of an isolated page. */
const HEADERS = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** Types that sirv does not know, or takes for another. */
const TYPES = {
  '.safetensors': 'application/octet-stream',
  '.wgsl': 'text/plain;charset=utf-8',
  '.d.ts': 'text/plain;charset=utf-8',
  NOTICE: 'text/plain;charset=utf-8',
};

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
  // Files under assets/ carry a hash of their content in the name; everything else is asked for again by its ETag.
  const isHashed = pathname.startsWith('/assets/');
  response.setHeader('Cache-Control', isHashed ? 'public,max-age=31536000,immutable' : 'no-cache');
}

/** @param {string} root @returns {import('node:http').RequestListener} */
function siteHandler(root) {
  const files = sirv(root, { etag: true, brotli: true, gzip: true, setHeaders: setFileHeaders });
  return (request, response) => {
    const [pathname = '/', query] = (request.url ?? '/').split('?', 2);
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    response.setHeader('Content-Security-Policy', pathname.startsWith('/lib/') ? LIBRARY_POLICY : PAGE_POLICY);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    } else if (pathname === '/embed') {
      // Without the slash the page's relative addresses would point elsewhere.
      response.writeHead(308, { Location: query === undefined ? '/embed/' : `/embed/?${query}` }).end();
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
