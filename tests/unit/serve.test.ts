import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../src/tools/serve.mjs';

let folder: string;
let site: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'attention-lab-serve-'));
  const root = join(folder, 'dist');
  for (const name of ['embed', 'assets', 'lib', 'weights']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(root, 'index.html'), '<title>lab</title>');
  writeFileSync(join(root, 'embed/index.html'), '<title>embed</title>');
  writeFileSync(join(root, 'assets/lab-1a2b.js'), 'export {};');
  writeFileSync(join(root, 'assets/lab-1a2b.js.gz'), 'compressed');
  writeFileSync(join(root, 'lib/attention-lab.d.ts'), 'export {};');
  writeFileSync(join(root, 'weights/small.safetensors'), 'weights');
  site = await serve({ root, port: 0 });
});

afterAll(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, site.url), { headers, redirect: 'manual' });

/** `fetch` tidies a path before sending it; this sends it as it is. */
function rawStatus(path: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((settle, reject) => {
    request({ host: '127.0.0.1', port: site.port, path }, (response) => {
      let body = '';
      response.on('data', (text) => (body += text));
      response.on('end', () => settle({ status: response.statusCode, body }));
    })
      .on('error', reject)
      .end();
  });
}

describe('pages', () => {
  test('the root is the lab and /embed/ the embedded page', async () => {
    expect(await (await get('/')).text()).toContain('lab');
    expect(await (await get('/embed/?lab=attention')).text()).toContain('embed');
  });

  test.each(['/embed', '/a11y-view'])('%s keeps its parameters on the way to the same with a slash', async (page) => {
    const response = await get(`${page}?n=8&causal`);
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe(`${page}/?n=8&causal`);
  });

  test('a wrong address gets a page and status 404', async () => {
    const response = await get('/nothing-here');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Open the Attention Lab');
  });

  test('only reading is allowed', async () => {
    expect((await fetch(site.url, { method: 'POST' })).status).toBe(405);
  });
});

describe('files', () => {
  test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '//../secret.txt', '/%00'])(
    '%s does not leave the folder',
    async (path) => {
      const { status, body } = await rawStatus(path);
      expect(status).toBe(404);
      expect(body).not.toContain('secret');
    },
  );

  test('have the type a browser expects', async () => {
    const types = async (path: string) => (await get(path)).headers.get('content-type');
    expect(await types('/')).toBe('text/html;charset=utf-8');
    expect(await types('/assets/lab-1a2b.js')).toBe('text/javascript');
    expect(await types('/weights/small.safetensors')).toBe('application/octet-stream');
    expect(await types('/lib/attention-lab.d.ts')).toBe('text/plain;charset=utf-8');
  });

  test('with a hash in the name are kept for good, others are asked for again', async () => {
    expect((await get('/assets/lab-1a2b.js')).headers.get('cache-control')).toContain('immutable');
    const weights = await get('/weights/small.safetensors');
    expect(weights.headers.get('cache-control')).toBe('no-cache');
    const again = await get('/weights/small.safetensors', { 'If-None-Match': weights.headers.get('etag')! });
    expect(again.status).toBe(304);
  });

  test('come compressed to those who can read that', async () => {
    const { status, body } = await rawStatus('/assets/lab-1a2b.js');
    expect({ status, body }).toEqual({ status: 200, body: 'export {};' });
    const response = await new Promise<string | undefined>((settle) =>
      request(
        {
          host: '127.0.0.1',
          port: site.port,
          path: '/assets/lab-1a2b.js',
          headers: { 'Accept-Encoding': 'gzip' },
        },
        (answer) => (answer.resume(), settle(answer.headers['content-encoding'])),
      ).end(),
    );
    expect(response).toBe('gzip');
  });

  test('may be used by other origins', async () => {
    const { headers } = await get('/lib/attention-lab.d.ts');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  });

  test('come with a policy that allows no inline script', async () => {
    const policy = (await get('/')).headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });
});

test('a taken port is an error, not another port', async () => {
  await expect(serve({ root: join(folder, 'dist'), port: site.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('a folder without a built page is refused', () => {
  expect(() => serve({ root: folder, port: 0 })).toThrow(/npm run build/);
});
