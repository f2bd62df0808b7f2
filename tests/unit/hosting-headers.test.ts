import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { caddyFile, HEADERS, headersFile, headersOf, nginxFile } from '../../src/tools/headers.mjs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const PATHS = ['/', '/embed/', '/assets/lab-1a2b.js', '/lib/attention-lab.js', '/weights/use-lite.f16.safetensors'];

describe('the table of headers', () => {
  test.each(PATHS)('lets any page embed and use %s', (path) => {
    const headers = headersOf(path);
    expect(headers['Cross-Origin-Resource-Policy']).toBe('cross-origin');
    expect(headers['Cross-Origin-Embedder-Policy']).toBe('require-corp');
    expect(headers['Access-Control-Allow-Origin']).toBe('*');
    expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('x-frame-options');
    expect(headers['Content-Security-Policy']).not.toContain('frame-ancestors');
  });

  test.each(PATHS)('allows nothing unsafe at %s', (path) => {
    const policy = headersOf(path)['Content-Security-Policy']!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toContain('unsafe');
  });

  test('only the library may fetch from elsewhere', () => {
    expect(headersOf('/lib/attention-lab.worker.js')['Content-Security-Policy']).toContain('connect-src *');
    for (const path of ['/', '/embed/', '/assets/lab.worker-1a2b.js'])
      expect(headersOf(path)['Content-Security-Policy']).toMatch(/connect-src 'self'$/);
  });

  test('keeps for good only what carries a hash in its name', () => {
    expect(headersOf('/assets/lab-1a2b.js')['Cache-Control']).toContain('immutable');
    for (const path of ['/', '/sw.js', '/lib/attention-lab.js'])
      expect(headersOf(path)['Cache-Control']).toBe('no-cache');
  });
});

describe('_headers', () => {
  const entries = [
    { name: 'assets', isFolder: true },
    { name: 'embed', isFolder: true },
    { name: 'index.html', isFolder: false },
    { name: 'lib', isFolder: true },
  ];
  const rules = headersFile(entries)
    .trim()
    .split('\n\n')
    .map((rule) => rule.split('\n'));

  test('has one rule for each file, so that no host joins two values', () => {
    expect(rules.map(([path]) => path)).toEqual(['/', '/assets/*', '/embed/*', '/index.html', '/lib/*']);
  });

  test('says what the table says', () => {
    for (const [path = '', ...lines] of rules)
      expect(
        Object.fromEntries(
          lines.map((line) =>
            line
              .trim()
              .split(/: (.*)/s)
              .slice(0, 2),
          ),
        ),
      ).toEqual(headersOf(path));
  });
});

describe('the README', () => {
  const block = (language: string) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];

  test('shows the nginx configuration that comes from the table', () => {
    expect(block('nginx')).toBe(nginxFile());
  });

  test('shows the Caddyfile that comes from the table', () => {
    expect(block('caddy')).toBe(caddyFile());
  });

  test('shows every header in both', () => {
    for (const { name } of HEADERS) {
      expect(nginxFile()).toContain(` ${name} `);
      expect(caddyFile()).toContain(` ${name} `);
    }
  });
});
