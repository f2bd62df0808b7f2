// Many texts through the worker door, on the real backends and with the real encoder: what the labs on texts rely on.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttentionError } from '../../src/contract/errors.ts';
import type { Throughput, ThroughputGap } from '../../src/contract/text-bench.ts';
import type { Workbench } from '../../src/contract/workbench.ts';
import { cosine } from '../../src/theory/similarity.ts';
import { connectWorkbench } from '../../src/worker/connect.ts';
import { RECORDED_SENTENCES } from '../support/encoder-sentences.ts';
import { worstDifference } from '../support/tolerance.ts';

const ignore = () => {};
const sentences = RECORDED_SENTENCES.map(({ text }) => text);
const hundred = Array.from({ length: 100 }, (_, index) => `${index}: ${sentences[index % sentences.length]}`);

let workbench: Workbench;
beforeAll(async () => {
  ({ workbench } = await connectWorkbench());
  const addresses = {
    weightsUrl: `${location.origin}/weights/use-lite.f16.safetensors`,
    exampleUrl: `${location.origin}/none`,
  };
  await workbench.start({ ...addresses, threads: 2, tunesWhenIdle: false }, ignore);
});
afterAll(() => workbench.dispose());

test('tokens come without a backend, with the share of the file that is loaded', async () => {
  const shares: number[] = [];
  const [first, second] = await workbench.texts.tokenize([sentences[0]!, '狐狸'], (done) => shares.push(done));
  expect(first!.ids).toEqual(RECORDED_SENTENCES[0]!.ids);
  expect(second!.unknown).toEqual(['狐', '狸']);
  expect(shares.at(-1)).toBe(1);
});

describe.each(['cpu', 'webgpu'] as const)('on %s', (backend) => {
  test('a hundred texts at once are the same as one by one, with progress on the way', async () => {
    const shares: number[] = [];
    const together = await workbench.texts.embed(hundred, { backend, batchSize: 16 }, (done) => shares.push(done));
    expect(together.backend.kind).toBe(backend);
    expect(shares.at(-1)).toBe(1);
    const few = hundred.filter((_, index) => index % 9 === 0);
    const alone = await workbench.texts.embed(few, { backend, batchSize: 1 }, ignore);
    few.forEach((_, index) => {
      const one = alone.embeddings.subarray(index * 512, (index + 1) * 512);
      const same = together.embeddings.subarray(index * 9 * 512, (index * 9 + 1) * 512);
      expect(worstDifference(one, same).worst).toBeLessThan(1e-5);
    });
  });

  test('a path ends in the embedding of the original graph', async () => {
    const path = await workbench.texts.inspect(sentences[2]!, backend);
    expect(cosine(path.embedding, RECORDED_SENTENCES[2]!.embedding)).toBeGreaterThan(0.999);
    expect(path.layers.map(({ weights }) => weights.length)).toEqual([4 * path.length ** 2, 4 * path.length ** 2]);
  });
});

test('both backends embed side by side', async () => {
  const [cpu, gpu] = await Promise.all([
    workbench.texts.embed(hundred.slice(0, 20), { backend: 'cpu', lane: 'embed' }, ignore),
    workbench.texts.embed(hundred.slice(0, 20), { backend: 'webgpu', lane: 'corpus' }, ignore),
  ]);
  for (let text = 0; text < 20; text++)
    expect(
      cosine(
        cpu.embeddings.subarray(text * 512, (text + 1) * 512),
        gpu.embeddings.subarray(text * 512, (text + 1) * 512),
      ),
    ).toBeGreaterThan(0.9999);
});

test('five hundred texts can be given up, and the next call works', async () => {
  const many = Array.from({ length: 5 }, () => hundred).flat();
  const long = workbench.texts.embed(many, { backend: 'cpu', batchSize: 8 }, ignore);
  const outcome = long.then(
    () => 'done',
    (error: unknown) => (error instanceof AttentionError ? error.code : String(error)),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  await workbench.cancel('embed');
  expect(await outcome).toBe('aborted');
  const next = await workbench.texts.embed(['still here'], { backend: 'cpu' }, ignore);
  expect(next.embeddings.length).toBe(512);
});

test('sentences per second on both backends, phases apart', async () => {
  const results: (Throughput | ThroughputGap)[] = [];
  await workbench.texts.measureThroughput(
    {
      texts: hundred.slice(0, 16),
      labels: ['weather', 'sports'],
      batchSizes: [4, 16],
      backends: ['cpu', 'webgpu'],
      samples: 3,
      budgetMs: 8000,
      totalMs: 60_000,
    },
    (result) => results.push(result),
  );
  expect(results.length).toBe(4);
  for (const result of results) {
    if ('code' in result) throw new Error(JSON.stringify(result));
    expect(result.layersMs.length).toBe(3);
    console.info(
      `${result.backend} batch ${result.batchSize}: ${JSON.stringify(result.layersMs.map(Math.round))} ms of 16`,
    );
  }
});
