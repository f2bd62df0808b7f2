import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExample } from '../../src/encoder/example-file.ts';
import { EXAMPLE_TEXT } from '../../src/encoder/example-text.ts';
import { decodeFloat16, encodeFloat16, float16Bits } from '../../src/encoder/float16.ts';
import { parseFile, writeSafetensors } from '../../src/encoder/safetensors.ts';
import { fetchWeights, parseWeights } from '../../src/encoder/weights-file.ts';
import { buildExample, EXAMPLE_PATH } from '../../src/tools/build-example.ts';
import { buildWeights, WEIGHTS_PATH } from '../../src/tools/build-weights.ts';
import { builtWeights } from '../support/encoder-weights.ts';

builtWeights();
const file = readFileSync(WEIGHTS_PATH);

describe('half precision', () => {
  it('gives every one of the 65,536 halves back', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const values = decodeFloat16(halves);
    const again = encodeFloat16(values);
    const isNaNHalf = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
    expect(halves.filter((bits) => (isNaNHalf(bits) ? !isNaNHalf(again[bits]!) : again[bits] !== bits))).toHaveLength(
      0,
    );
  });

  it('decodes the values of the standard', () => {
    expect([...decodeFloat16(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x3555, 0x7c00))]).toEqual([
      1,
      -2,
      65504,
      2 ** -14,
      2 ** -24,
      0.333251953125,
      Infinity,
    ]);
  });

  it('rounds every half-way point to the even neighbour, and what lies beside it to the nearer one', () => {
    const values = decodeFloat16(Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits));
    const nudge = 1 + 2 ** -23;
    const wrong: number[] = [];
    for (let bits = 0; bits + 1 < 0x7c00; bits++) {
      const middle = (values[bits]! + values[bits + 1]!) / 2;
      const even = bits + (bits & 1);
      const around = [middle, Math.fround(middle * nudge), Math.fround(middle / nudge), -middle].map(float16Bits);
      if (around.join() !== [even, bits + 1, bits, 0x8000 | even].join()) wrong.push(middle);
    }
    expect(wrong).toEqual([]);
    expect([65519, 65520, -1e30, -0].map(float16Bits)).toEqual([0x7bff, 0x7c00, 0xfc00, 0x8000]);
  });
});

describe('the weights file', () => {
  it('holds the constants of the graph', () => {
    const { config, vocabulary } = parseWeights(file);
    expect(config.layers.map(({ scale }) => scale)).toEqual([0.125, Math.fround(1 / Math.sqrt(128))]);
    expect(config).toMatchObject({ trainedTokens: 128, embeddingFactor: 2, layerNormEpsilon: Math.fround(1e-6) });
    expect(config.layers.map(({ residual }) => residual)).toEqual(['linear', 'identity']);
    expect(vocabulary.length).toBe(8000);
    expect(file.length).toBeLessThan(15e6);
  });

  it('is built once: a second build finds it up to date', () => {
    expect(buildWeights().wrote).toBe(false);
  });

  it('is refused when a byte is missing or too many', () => {
    const refusal = (bytes: Uint8Array) => () => parseWeights(bytes);
    expect(refusal(file.subarray(0, file.length - 1))).toThrow(/invalid file/);
    expect(refusal(Buffer.concat([file, Buffer.of(0)]))).toThrow(/invalid file/);
    expect(refusal(file.subarray(0, 5))).toThrow(/at least 8 bytes/);
  });

  const tensor = { name: 'x', type: 'F32' as const, shape: [2], data: Float32Array.of(1, 2) };
  const small = writeSafetensors([tensor], {});
  /** The file with one text of its header replaced by another of the same length. */
  const withHeader = (from: string, to: string) => {
    const text = Buffer.from(small).toString('latin1');
    expect(text).toContain(from);
    return Uint8Array.from(Buffer.from(text.replace(from, to.padEnd(from.length)), 'latin1'));
  };

  it.each([
    ['holes between tensors', '[0,8]', '[4,8]', 'bad-header'],
    ['a shape that does not fill its bytes', '"shape":[2]', '"shape":[3]', 'bad-header'],
    ['a negative size', '"shape":[2]', '"shape":-2', 'bad-header'],
    ['a type that is not ours', '"F32"', '"I32"', 'unsupported-type'],
    ['a header that is not JSON', '{"__meta', '["__meta', 'bad-header'],
  ])('is refused for %s', (_, from, to, reason) => {
    expect(() => parseFile(withHeader(from, to), 'small')).toThrow(
      expect.objectContaining({ code: 'invalid-file', detail: expect.objectContaining({ reason }) }),
    );
  });

  it('is refused when it is another safetensors file', () => {
    expect(() => parseWeights(small)).toThrow(/format/);
  });
});

describe('the download', () => {
  let server: Server;
  let base = '';
  let sent = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/missing') return void response.writeHead(404).end('<html>not here</html>');
      if (request.url === '/page') return void response.end('<!doctype html><p>Welcome</p>');
      if (request.url === '/text') return void response.end('a long enough text');
      if (request.url === '/truncated') return void response.end(file.subarray(0, 5_000_000));
      if (request.url === '/longer') return void response.end(Buffer.concat([file, Buffer.alloc(9)]));
      if (request.url === '/empty') return void response.end();
      if (request.url === '/broken') {
        response.writeHead(200, { 'content-length': file.length });
        return void response.write(file.subarray(0, 2_000_000), () => response.destroy());
      }
      if (request.url === '/endless') {
        response.write(file.subarray(0, 1_000_000));
        return void response.on('close', () => (sent += 1));
      }
      response.end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('reports a share that only rises and ends at 1', async () => {
    const shares: number[] = [];
    const weights = await fetchWeights(`${base}/weights`, { onProgress: (done) => shares.push(done) });
    expect(weights.config.width).toBe(256);
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  });

  it.each([
    ['missing', 'http-status'],
    ['page', 'html'],
    ['text', 'not-safetensors'],
    ['truncated', 'truncated'],
    ['longer', 'trailing-bytes'],
    ['empty', 'truncated'],
    ['broken', 'unreachable'],
  ])('says what is wrong when the answer is %s', async (path, reason) => {
    const url = `${base}/${path}`;
    await expect(fetchWeights(url)).rejects.toMatchObject({ code: 'invalid-file', detail: { field: url, reason } });
  });

  it('says so when nobody answers', async () => {
    const call = fetchWeights('http://127.0.0.1:1/weights');
    await expect(call).rejects.toMatchObject({ code: 'invalid-file', detail: { reason: 'unreachable' } });
  });

  it('stops downloading when it is given up', async () => {
    const controller = new AbortController();
    const call = fetchWeights(`${base}/endless`, {
      signal: controller.signal,
      onProgress: (done) => done > 0 && controller.abort(),
    });
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    await expect.poll(() => sent).toBe(1);
  });
});

describe('the recorded example', () => {
  it('is real attention of the text the lab opens with, and small', async () => {
    await buildExample();
    const bytes = readFileSync(EXAMPLE_PATH);
    const example = parseExample(bytes);
    expect(bytes.length).toBeLessThan(600_000);
    expect(example).toMatchObject({ text: EXAMPLE_TEXT, heads: 4, headDim: 64, scale: 0.125, layer: 0, layers: 2 });
    expect(example.pieces.length).toBeGreaterThanOrEqual(220);
    expect(example.pieces.length).toBeLessThanOrEqual(320);
    expect(example.ids).not.toContain(0);
    expect(example.pieces.join('').replaceAll('▁', ' ').slice(1)).toBe(EXAMPLE_TEXT);
    expect(example.v.length).toBe(4 * example.ids.length * 64);
    expect(() => parseExample(bytes.subarray(0, -1))).toThrow(/invalid file/);
    expect(() => parseExample(file)).toThrow(/format/);
  });
});
