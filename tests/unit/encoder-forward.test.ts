import { beforeAll, describe, expect, it } from 'vitest';
import { resolveProblem } from '../../src/contract/problem.ts';
import { createEncoderOn, type BackendEncoder } from '../../src/encoder/encoder.ts';
import { referenceRow } from '../../src/math/attention.ts';
import { naiveOperations } from '../../src/tools/naive-operations.ts';
import { cosine, RECORDED_SENTENCES } from '../support/encoder-sentences.ts';
import { builtWeights } from '../support/encoder-weights.ts';
import { worstDifference } from '../support/tolerance.ts';

const operations = naiveOperations();
let encoder: BackendEncoder;
let resident: number;

beforeAll(async () => {
  encoder = await createEncoderOn(operations, builtWeights());
  resident = operations.living;
});

describe('the encoder against the original graph', () => {
  it('gives the same embeddings when all ten sentences run as one batch', async () => {
    const { embeddings } = await encoder.encode(RECORDED_SENTENCES.map(({ text }) => text));
    let worst = 1;
    RECORDED_SENTENCES.forEach(({ embedding }, index) => {
      const ours = embeddings.subarray(index * 512, (index + 1) * 512);
      worst = Math.min(worst, cosine(ours, embedding));
      expect(cosine(ours, ours)).toBeCloseTo(1, 6);
    });
    console.info(`worst cosine ${worst}`);
    expect(worst).toBeGreaterThan(0.9999);
  });

  it('gives the same attention in both layers', async () => {
    let worst = 0;
    for (const { text, ids, attention } of RECORDED_SENTENCES) {
      const ours = await encoder.attention(text);
      expect(ours.ids).toEqual(ids);
      expect(ours.layers.map(({ heads, headDim }) => [heads, headDim])).toEqual([
        [4, 64],
        [4, 128],
      ]);
      attention.forEach(({ data }, layer) => {
        worst = Math.max(worst, worstDifference(ours.layers[layer]!.weights, data).worst);
      });
    }
    console.info(`worst attention difference ${worst}`);
    expect(worst).toBeLessThan(2e-3);
  });

  it('publishes q, k and scale whose softmax is the weights', async () => {
    const { ids, layers } = await encoder.attention(RECORDED_SENTENCES[0]!.text);
    for (const { heads, headDim, scale, q, k, weights } of layers) {
      const problem = resolveProblem({ heads, headDim, queryLength: ids.length, scale });
      const row = referenceRow(problem, { q, k }, 2, 5).weights;
      const start = (2 * ids.length + 5) * ids.length;
      expect(worstDifference(weights.subarray(start, start + ids.length), row).worst).toBeLessThan(1e-6);
    }
  });
});

describe('the encoder', () => {
  it('projects a layer as `attention` shows it', async () => {
    const { text } = RECORDED_SENTENCES[0]!;
    const { layers } = await encoder.attention(text);
    for (const layer of [0, 1]) {
      const { q, k, v, scale, pieces } = await encoder.project(text, layer);
      expect({ q, k, v, scale }).toEqual({
        q: layers[layer]!.q,
        k: layers[layer]!.k,
        v: layers[layer]!.v,
        scale: layers[layer]!.scale,
      });
      expect(pieces).toEqual(RECORDED_SENTENCES[0]!.pieces);
    }
  });

  it('names the characters that no piece holds, each once', async () => {
    const { pieces, unknown } = await encoder.project('猫 the 猫坐 cat', 0);
    expect(unknown).toEqual(['猫', '坐']);
    expect(pieces.filter((piece) => piece === '�')).toHaveLength(2);
    expect((await encoder.project('The cat', 0)).unknown).toEqual([]);
  });

  it('counts only the first 128 tokens of a text', async () => {
    const start = 'the '.repeat(127) + 'end';
    const { embeddings } = await encoder.encode([start, `${start} which nobody reads`]);
    expect(encoder.tokenize(start).ids.length).toBe(128);
    expect(embeddings.subarray(0, 512)).toEqual(embeddings.subarray(512));
  });

  it('gives a text the same embedding alone and among others', async () => {
    const [alone, together] = [await encoder.encode(['sports']), await encoder.encode(['the lamp was lit', 'sports'])];
    expect(worstDifference(together.embeddings.subarray(512), alone.embeddings).worst).toBeLessThan(1e-6);
  });

  it('takes texts without a token, alone and among others', async () => {
    const { embeddings } = await encoder.encode(['', 'sports', '']);
    const alone = await encoder.encode(['']);
    expect(embeddings.subarray(0, 512)).toEqual(alone.embeddings);
    expect(embeddings.subarray(1024)).toEqual(alone.embeddings);
    expect(cosine(embeddings.subarray(512, 1024), RECORDED_SENTENCES[9]!.embedding)).toBeGreaterThan(0.9999);
    expect(cosine(alone.embeddings, alone.embeddings)).toBeCloseTo(1, 6);
    expect((await encoder.encode([])).embeddings.length).toBe(0);
    const empty = await encoder.attention('');
    expect(empty.layers.map(({ q, weights }) => [q.length, weights.length])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect((await encoder.project('', 1)).v.length).toBe(0);
  });

  it('finds two questions about age closer than a question and a sport', async () => {
    const { embeddings } = await encoder.encode(['How old are you?', 'What is your age?', 'sports']);
    const [a, b, c] = [0, 1, 2].map((index) => embeddings.subarray(index * 512, (index + 1) * 512));
    expect(cosine(a!, b!)).toBeGreaterThan(cosine(a!, c!) + 0.2);
  });

  it('switches heads off: none of them is the oracle’s answer, all of them another', async () => {
    const texts = RECORDED_SENTENCES.slice(0, 2).map(({ text }) => text);
    const all = encoder.heads.map((count) => Array<boolean>(count).fill(true));
    const { embeddings } = await encoder.encode(texts);
    expect((await encoder.encodeWithHeads(texts, all)).embeddings).toEqual(embeddings);
    for (const [layer, head] of [
      [0, 2],
      [1, 0],
    ] as const) {
      const switches = all.map((row, l) => row.map((_, h) => l !== layer || h !== head));
      const moved = (await encoder.encodeWithHeads(texts, switches)).embeddings;
      const similarity = cosine(moved.subarray(0, 512), RECORDED_SENTENCES[0]!.embedding);
      expect(similarity).toBeLessThan(0.9999);
      expect(similarity).toBeGreaterThan(0.3);
    }
    expect(operations.living).toBe(resident);
    await expect(encoder.encodeWithHeads(texts, [[true]])).rejects.toMatchObject({ detail: { field: 'switches' } });
  });

  it('refuses what is not text and layers that are not there', async () => {
    await expect(encoder.encode('one' as unknown as string[])).rejects.toMatchObject({ code: 'invalid-problem' });
    await expect(encoder.encode([1 as unknown as string])).rejects.toMatchObject({ detail: { field: 'texts[0]' } });
    await expect(encoder.project('one', 2)).rejects.toMatchObject({ detail: { field: 'layer', value: 2 } });
    await expect(encoder.attention('a '.repeat(6000))).rejects.toMatchObject({ code: 'too-large' });
  });

  it('gives up when its caller does, and leaves no tensor behind', async () => {
    const controller = new AbortController();
    const call = encoder.encode(Array<string>(40).fill('a b c d e f g h'), {
      signal: controller.signal,
      onProgress: () => expect.unreachable('the call should have been given up'),
    });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    await expect(encoder.attention('one', { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
    expect(operations.living).toBe(resident);
  });

  it('frees every tensor of a call, and its weights on dispose', async () => {
    const own = naiveOperations();
    const other = await createEncoderOn(own, builtWeights());
    const before = own.living;
    await other.encode(['one', 'two three']);
    await other.attention('one two');
    await other.project('one two', 1);
    expect(own.living).toBe(before);
    await other.dispose();
    expect(own.living).toBe(0);
    await expect(other.encode(['one'])).rejects.toMatchObject({ code: 'disposed' });
  });

  it('leaves nothing behind when the upload is given up', async () => {
    const own = naiveOperations();
    const controller = new AbortController();
    const onProgress = (done: number) => done > 0.3 && controller.abort();
    const upload = createEncoderOn(own, builtWeights(), { signal: controller.signal, onProgress });
    await expect(upload).rejects.toMatchObject({ code: 'aborted' });
    expect(own.living).toBe(0);
  });
});
