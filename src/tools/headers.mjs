// The HTTP headers of the site: one table, from which `npm start` serves, the build writes `dist/_headers` (Netlify, Cloudflare Pages)
// and the README's nginx and Caddy files come. A test holds the README to it.

/**
 * @typedef {object} Header
 * @property {string} name
 * @property {string | null} value of every file; null where there is none
 * @property {[string, string][]} [under] folders with a value of their own, and that value
 */

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  // The ladder of start-ladder.ts: where the page's origin is opaque, only a data: worker may see the GPU.
  "worker-src 'self' blob: data:",
  // The preview of “Embed & share” is a frame of the site itself.
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];

/**
 * No `X-Frame-Options` and no `frame-ancestors`: everybody may embed the lab. Those who isolate themselves (COEP) can do so because
 * it sends COEP and CORP itself.
 * @type {Header[]}
 */
export const HEADERS = [
  { name: 'Access-Control-Allow-Origin', value: '*' },
  { name: 'Cross-Origin-Resource-Policy', value: 'cross-origin' },
  { name: 'Cross-Origin-Embedder-Policy', value: 'require-corp' },
  // Isolates the page opened by itself, for its finer clock. A frame is not asked for it, but a window opened from a sandboxed frame
  // is refused with it: the embedded page goes without.
  { name: 'Cross-Origin-Opener-Policy', value: 'same-origin', under: [['/embed/', 'unsafe-none']] },
  {
    name: 'Content-Security-Policy',
    value: [...POLICY, "connect-src 'self'"].join('; '),
    // A worker obeys the policy its own file came with, and the library's may be told to fetch weights from elsewhere.
    under: [['/lib/', [...POLICY, 'connect-src *'].join('; ')]],
  },
  { name: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
  { name: 'Referrer-Policy', value: 'no-referrer' },
  { name: 'X-Content-Type-Options', value: 'nosniff' },
  // These are to be kept and opened from a disk; here the policy above would stop the scripts inside them.
  { name: 'Content-Disposition', value: null, under: [['/offline/', 'attachment']] },
  {
    name: 'Cache-Control',
    // Asked for again by its ETag, …
    value: 'no-cache',
    // … except where the name carries a hash of the content.
    under: [['/assets/', 'public,max-age=31536000,immutable']],
  },
];

/** @param {Header} header @param {string} pathname */
const valueAt = ({ value, under = [] }, pathname) =>
  under.find(([folder]) => pathname.startsWith(folder))?.[1] ?? value;

/** Every header of one file. @param {string} pathname @returns {Record<string, string>} */
export const headersOf = (pathname) =>
  Object.fromEntries(
    HEADERS.map((header) => [header.name, valueAt(header, pathname)]).filter(([, value]) => value !== null),
  );

/**
 * `_headers` as Netlify and Cloudflare Pages read it. There the values of all rules that fit are joined, so no two may fit one file:
 * each entry of the site's folder gets a rule of its own.
 * @param {{ name: string, isFolder: boolean }[]} entries of the built folder
 */
export function headersFile(entries) {
  const paths = entries.map(({ name, isFolder }) => (isFolder ? `/${name}/*` : `/${name}`));
  const rules = ['/', ...paths].map((path) =>
    [path, ...Object.entries(headersOf(path)).map(([name, value]) => `  ${name}: ${value}`)].join('\n'),
  );
  return `${rules.join('\n\n')}\n`;
}

/** @param {string} name */
const nginxVariable = (name) => `$lab_${name.toLowerCase().replaceAll('-', '_')}`;

/** An nginx configuration for `conf.d/`: `map`s for what differs by folder, then the server. */
export function nginxFile() {
  const maps = HEADERS.filter(({ under }) => under).map(({ name, value, under = [] }) => {
    const rows = [
      // A header without a value is not sent.
      `  default "${value ?? ''}";`,
      ...under.map(([folder, other]) => `  ~^${folder} "${other}";`),
    ];
    return `map $uri ${nginxVariable(name)} {\n${rows.join('\n')}\n}`;
  });
  const lines = HEADERS.map(
    ({ name, value, under }) => `  add_header ${name} ${under ? nginxVariable(name) : `"${value}"`} always;`,
  );
  const server = ['server {', '  listen 8080;', '  root /srv/attention-lab/dist;', '  gzip_static on;', ...lines, '}'];
  return `${[...maps, server.join('\n')].join('\n')}\n`;
}

/** A Caddyfile. Where a header differs by folder, exactly one of its lines fits any file. */
export function caddyFile() {
  const lines = HEADERS.flatMap(({ name, value, under = [] }) => {
    if (under.length === 0) return [`  header ${name} "${value}"`];
    const matcher = `@not_${name.toLowerCase().replaceAll('-', '_')}`;
    return [
      ...under.map(([folder, other]) => `  header ${folder}* ${name} "${other}"`),
      ...(value === null
        ? []
        : [
            `  ${matcher} not path ${under.map(([folder]) => `${folder}*`).join(' ')}`,
            `  header ${matcher} ${name} "${value}"`,
          ]),
    ];
  });
  const server = [':8080 {', '  root * /srv/attention-lab/dist', '  file_server {', '    precompressed br gzip', '  }'];
  return `${[...server, ...lines, '}'].join('\n')}\n`;
}
