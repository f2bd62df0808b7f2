// The built frame in pages of another origin that speak `attention-lab/1` by hand: no element, no library, as the contract writes it.
import type { Envelope } from '../../src/contract/frame-protocol.ts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ask, closeStands, connected, event, forget, startStands, withHost, type Stand } from './support/by-hand.ts';

beforeAll(startStands);
afterAll(closeStands);

describe('a frame and its parent', () => {
  it('connect, and the frame tells what it shows, on what and why', () =>
    withHost({}, async ({ page, problems }) => {
      await connected(page);
      const { windowHeard, first } = await page.evaluate(() => ({
        windowHeard: host.windowHeard,
        first: host.heard[0]!,
      }));
      expect(windowHeard[0]).toMatchObject({
        origin: new URL(inject('siteUrl')).origin,
        data: {
          ns: 'attention-lab',
          v: 1,
          type: 'hello',
          payload: { versions: [1], caps: expect.arrayContaining(['export']) },
        },
      });
      expect(first).toMatchObject({
        type: 'connected',
        payload: { version: 1, state: { v: 1, p: { source: 'synthetic', n: 48 } }, size: { width: 984 } },
      });
      expect(await event(page, 'backend')).toEqual({ kind: 'cpu', reason: 'forced' });
      expect(await event(page, 'rendered', ({ backend }) => backend === 'cpu')).toMatchObject({
        ms: expect.any(Number),
      });
      expect(problems).toEqual([]);
    }));

  it('answer every request and tell every change', () =>
    withHost({}, async ({ page, frame }) => {
      await connected(page);
      await forget(page);
      expect(await ask(page, 'set-params', { left: 8, heads: 2, dilation: 77 })).toMatchObject({
        type: 'set-params',
        payload: { applied: ['heads', 'left'], warnings: [{ param: 'dilation', used: '1', allowed: '1…64' }] },
      });
      expect(await event(page, 'state')).toMatchObject({
        cause: 'api',
        state: { v: 1, p: { left: 8, heads: 2 } },
        params: { left: 8, heads: 2, right: 4, dilation: 1 },
      });
      await event(page, 'rendered');
      expect(await frame.getByRole('slider', { name: 'Window left' }).inputValue()).toBe('8');

      const kept = (await ask(page, 'get-state')).payload as { state: object };
      expect((await ask(page, 'select', { query: 20, key: 18 })).payload).toEqual({
        layer: 0,
        head: 0,
        query: 20,
        key: 18,
        weight: expect.any(Number),
        windowedWeight: expect.any(Number),
      });
      expect(await event(page, 'selection')).toMatchObject({ query: 20, key: 18 });
      expect(await ask(page, 'select', { query: 48, key: 0 })).toMatchObject({ error: { code: 'invalid-params' } });

      const words = (await ask(page, 'describe')).payload as { text: string; lang: string };
      expect(words.lang).toBe('en');
      expect(words.text).toContain('48');
      await ask(page, 'set-params', { lang: 'zh-CN' });
      expect((await ask(page, 'describe')).payload).toMatchObject({
        lang: 'zh-Hans',
        text: expect.stringContaining('头'),
      });
      await ask(page, 'set-params', { lang: 'en' });

      const files = await page.evaluate(async () => {
        const read = async (format: string) => {
          const { payload, error } = await host.ask('export', { format });
          if (error) return error;
          const { blob, filename, mime } = payload as { blob: Blob; filename: string; mime: string };
          return { filename, mime, size: blob.size, start: (await blob.text()).slice(0, 400) };
        };
        return { csv: await read('csv'), json: await read('json'), gif: await read('gif') };
      });
      expect(files.csv).toMatchObject({
        mime: expect.stringContaining('csv'),
        start: expect.stringContaining('weight'),
      });
      expect(files.json).toMatchObject({ mime: expect.stringContaining('json'), start: expect.stringContaining('"') });
      expect(files.gif).toMatchObject({ code: 'invalid-params' });

      await forget(page);
      expect((await ask(page, 'reset')).payload).toMatchObject({ warnings: [] });
      expect(await event(page, 'state')).toMatchObject({ params: { left: 4, heads: 4, query: null } });
      await forget(page);
      const restored = await ask(page, 'set-state', { ...kept, silent: true });
      expect(restored.payload).toMatchObject({ applied: expect.arrayContaining(['left', 'heads']), warnings: [] });
      await event(page, 'rendered');
      expect(await page.evaluate(() => host.of('state').length)).toBe(0);

      for (const [type, payload, code] of [
        ['fly', undefined, 'unknown-type'],
        ['set-params', 'heads=2', 'invalid-params'],
        ['export', null, 'invalid-params'],
      ] as const)
        expect(await ask(page, type, payload), type).toMatchObject({ type, error: { code } });
      const old = await page.evaluate(() => {
        const message = { ...host.message('get-state', {}), v: 2 };
        host.port!.postMessage(message);
        return new Promise<Envelope>((resolve) =>
          (host as never as { waiting: Map<number, unknown> }).waiting.set(message.seq, resolve),
        );
      });
      expect(old).toMatchObject({ error: { code: 'bad-version', supported: [1] } });

      expect((await ask(page, 'destroy')).payload).toEqual({});
      await expect.poll(() => frame.locator('#app').innerHTML()).toBe('');
    }));

  it('know whose doing a change was, thin floods of events, and keep typed text in the frame', () =>
    withHost({ parameters: { n: 12, backend: 'cpu' } }, async ({ page, frame }) => {
      await connected(page);
      await forget(page);
      const box = frame.getByRole('textbox').first();
      await box.fill('A secret sentence of mine.');
      expect(await event(page, 'state')).toMatchObject({ cause: 'user' });
      const answers = [
        await ask(page, 'get-state'),
        await ask(page, 'describe'),
        await ask(page, 'export', { format: 'csv' }),
      ];
      await frame.locator('[data-activity="idle"]').waitFor();
      answers.push(await ask(page, 'describe'), await ask(page, 'get-state'));
      expect(answers[2]).toMatchObject({ error: { code: 'denied' } });
      const everything = JSON.stringify([answers, await page.evaluate(() => [host.heard, host.windowHeard])]);
      expect(everything).not.toMatch(/secret/i);

      await forget(page);
      await frame.getByRole('slider', { name: 'Window left' }).evaluate(async (element) => {
        const range = element as HTMLInputElement;
        for (let value = 0; value < 12; value++) {
          range.value = String(value % 9);
          range.dispatchEvent(new Event('input', { bubbles: true }));
          await new Promise((next) => setTimeout(next, 30));
        }
      });
      await event(page, 'state', ({ params }) => (params as { left: number }).left === 2);
      const times = await page.evaluate(() => host.of('state').map(({ at }) => at));
      expect(times.length).toBeLessThan(9);
      for (const [index, at] of times.slice(1).entries()) expect(at - times[index]!).toBeGreaterThan(80);
    }));

  it('share typed text when the address says api=full, unless the parent asks for less', async () => {
    const parameters = { n: 12, backend: 'cpu', api: 'full' };
    const typed = async ({ page, frame }: Stand) => {
      await connected(page);
      await frame.getByRole('textbox').first().fill('An open sentence.');
      await event(page, 'state');
      return JSON.stringify(await ask(page, 'get-state'));
    };
    expect(await withHost({ parameters }, typed)).toContain('open sentence');
    expect(await withHost({ parameters, script: `host.options = { api: 'events' };` }, typed)).not.toContain(
      'sentence',
    );
  });
});
