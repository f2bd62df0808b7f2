// The text bench on the reference operations and the real weights: tokens, batches, one text's path, sentences per second.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { AttentionError } from '../../src/contract/errors.ts';
import type { Throughput, ThroughputGap } from '../../src/contract/text-bench.ts';
import { createEncoderOn, type BackendEncoder } from '../../src/encoder/encoder.ts';
import { Tokenizer } from '../../src/encoder/tokenizer.ts';
import { Lanes } from '../../src/engine/lanes.ts';
import { LocalTextBench } from '../../src/engine/text-bench.ts';
import { cosine } from '../../src/theory/similarity.ts';
import { naiveOperations } from '../../src/tools/naive-operations.ts';
import { RECORDED_SENTENCES } from '../support/encoder-sentences.ts';
import { builtWeights } from '../support/encoder-weights.ts';
import { worstDifference } from '../support/tolerance.ts';

const ignore = () => {};
const operations = naiveOperations();
const info = { kind: 'cpu' as const, features: [], threads: 1 };
const backend = { info, operations } as unknown as Backend;
const lanes = new Lanes();
let encoder: BackendEncoder;
let bench: LocalTextBench;
let resident: number;

beforeAll(async () => {
  const weights = builtWeights();
  encoder = await createEncoderOn(operations, weights);
  resident = operations.living;
  bench = new LocalTextBench({
    inLane: (lane, act) => lanes.run(lane, act),
    onBackend: (_choice, _problems, act) => act(backend),
    backendOf: async (kind) => {
      if (kind === 'webgpu') throw new AttentionError('backend-unavailable', { reason: 'no-webgpu' });
      return backend;
    },
    encoderOn: async () => encoder,
    tokenizer: async () => new Tokenizer(weights.vocabulary),
  });
});

const row = (values: Float32Array, index: number) => values.subarray(index * 512, (index + 1) * 512);
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) => (error instanceof AttentionError ? `${error.code} ${error.detail.field ?? ''}`.trim() : error),
  );

describe('tokens', () => {
  it('names the characters outside the vocabulary, each once, and says what is too long', async () => {
    const [plain, strange, long, none] = await bench.tokenize(
      ['the lamp was heavy', '狐 and 狐狸 and 🦊', 'tick '.repeat(140), ''],
      ignore,
    );
    expect(plain).toMatchObject({ unknown: [], isTooLong: false, ids: encoder.tokenize('the lamp was heavy').ids });
    expect(strange!.unknown).toEqual(['狐', '狸', '🦊']);
    expect(strange!.ids.filter((id) => id === 0).length).toBe(3);
    expect(long!.isTooLong).toBe(true);
    expect(none).toEqual({ ids: [], pieces: [], unknown: [], isTooLong: false });
  });

  it('refuses an empty list and what is no text', async () => {
    expect(await code(bench.tokenize([], ignore))).toBe('invalid-problem texts');
    expect(await code(bench.embed(['a', 7 as never], { backend: 'auto' }, ignore))).toBe('invalid-problem texts[1]');
    expect(await code(bench.embed(['a'], { backend: 'auto', batchSize: 0 }, ignore))).toBe('invalid-problem batchSize');
    expect(
      await code(
        bench.embed(
          Array.from({ length: 5001 }, () => 'a'),
          { backend: 'auto' },
          ignore,
        ),
      ),
    ).toBe('invalid-problem texts');
  });
});

describe('embeddings', () => {
  const texts = [...RECORDED_SENTENCES.map(({ text }) => text), '', 'tick '.repeat(140)];

  it('do not depend on the batch a text came in, and are those of the original graph', async () => {
    const alone = await bench.embed(texts, { backend: 'auto', batchSize: 1 }, ignore);
    for (const batchSize of [5, 256]) {
      const shares: number[] = [];
      const together = await bench.embed(texts, { backend: 'auto', batchSize }, (done) => shares.push(done));
      expect(worstDifference(together.embeddings, alone.embeddings).worst).toBeLessThan(1e-6);
      expect(shares).toEqual(batchSize === 5 ? [5 / 12, 10 / 12, 1] : [1]);
    }
    RECORDED_SENTENCES.forEach(({ embedding, ids }, index) => {
      expect(cosine(row(alone.embeddings, index), embedding)).toBeGreaterThan(0.9999);
      expect(alone.tokenCounts[index]).toBe(ids.length);
    });
    expect(alone.tokenCounts.slice(-2)).toEqual([0, encoder.tokenize(texts.at(-1)!).ids.length]);
    expect(alone.timing.wallMs).toBeCloseTo(alone.timing.tokenizeMs + alone.timing.layersMs, 6);
    expect(operations.living).toBe(resident);
  });

  it('make way for newer ones of their lane, at the next batch, and leave those of the other lane', async () => {
    const older = bench.embed(texts, { backend: 'auto', batchSize: 1 }, ignore);
    const corpus = bench.embed(texts.slice(0, 2), { backend: 'auto', lane: 'corpus' }, ignore);
    const newer = bench.embed(texts.slice(0, 1), { backend: 'auto' }, ignore);
    expect(await code(older)).toBe('aborted');
    expect((await newer).embeddings.length).toBe(512);
    expect((await corpus).embeddings.length).toBe(1024);
    expect(operations.living).toBe(resident);
  });
});

describe("one text's path", () => {
  it('ends in the embedding, with the weights of the original graph on the way', async () => {
    const { text, embedding, attention, ids } = RECORDED_SENTENCES[1]!;
    const path = await bench.inspect(text, 'auto');
    expect(path.ids).toEqual(ids);
    expect(path.length).toBe(ids.length);
    expect(cosine(path.embedding, embedding)).toBeGreaterThan(0.9999);
    const embedded = await bench.embed([text], { backend: 'auto' }, ignore);
    expect(worstDifference(path.embedding, embedded.embeddings).worst).toBeLessThan(1e-6);
    attention.forEach(({ data }, layer) =>
      expect(worstDifference(path.layers[layer]!.weights, data).worst).toBeLessThan(2e-3),
    );
    expect(path.outputs.map(({ length }) => length)).toEqual(path.widths.slice(1).map((width) => width * ids.length));
    expect(path.input.length).toBe(path.widths[0]! * ids.length);
    expect(operations.living).toBe(resident);
  });

  it('pools the rows of the last layer over its divisor and brings the output to unit length', async () => {
    const path = await bench.inspect('the lamp was heavy', 'auto');
    const width = path.pooled.length;
    const sum = Array.from({ length: path.length }, (_, token) => path.outputs.at(-1)![token * width + 3]!);
    expect(path.pooled[3]).toBeCloseTo(sum.reduce((total, value) => total + value, 0) / path.divisor, 5);
    const length = Math.hypot(...path.output);
    expect(path.embedding[7]).toBeCloseTo(path.output[7]! / length, 6);
  });

  it('takes the first 128 tokens of a longer text, and none of an empty one, as embeddings do', async () => {
    for (const text of ['tick '.repeat(140), '']) {
      const path = await bench.inspect(text, 'auto');
      expect(path.length).toBe(Math.min(128, path.ids.length));
      const embedded = await bench.embed([text], { backend: 'auto' }, ignore);
      expect(worstDifference(path.embedding, embedded.embeddings).worst).toBeLessThan(1e-6);
    }
  });
});

describe('throughput', () => {
  const base = { texts: ['one short text', 'another'], labels: ['a', 'b'], samples: 4, budgetMs: 2000 };
  const measure = async (totalMs: number) => {
    const results: (Throughput | ThroughputGap)[] = [];
    const shares: number[] = [];
    const request = { ...base, batchSizes: [2, 1], backends: ['cpu' as const, 'webgpu' as const], totalMs };
    await bench.measureThroughput(request, (result, done) => (results.push(result), shares.push(done)));
    return { results, shares };
  };

  it('times tokenising, layers and similarity of every batch size, and says which backend is missing', async () => {
    const { results, shares } = await measure(20_000);
    expect(results.map(({ backend: on, batchSize }) => `${on} ${batchSize}`).sort()).toEqual([
      'cpu 1',
      'cpu 2',
      'webgpu 1',
      'webgpu 2',
    ]);
    expect(shares.at(-1)).toBe(1);
    for (const result of results) {
      if (result.backend === 'webgpu') expect(result).toMatchObject({ code: 'backend-unavailable' });
      else {
        const measured = result as Throughput;
        expect(measured).toMatchObject({ texts: 2, labels: 2, warmUps: 2, device: 'CPU, 1 thread' });
        for (const phase of ['tokenizeMs', 'layersMs', 'similarityMs'] as const) expect(measured[phase].length).toBe(4);
        expect(Math.min(...measured.layersMs)).toBeGreaterThan(0);
      }
    }
  });

  it('says so when there is no time for it', async () => {
    const { results } = await measure(0);
    expect(
      results.filter(({ backend: on }) => on === 'cpu').every((one) => 'code' in one && one.code === 'over-budget'),
    ).toBe(true);
  });
});
