// The encoder on both real backends against the original graph. Needs the built weights (`npx tsx src/tools/build-weights.ts`).
import { afterAll, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/contract/backend.ts';
import { createCpuBackend } from '../../src/cpu/cpu-backend.ts';
import { createEncoderOn } from '../../src/encoder/encoder.ts';
import { fetchExample } from '../../src/encoder/example-file.ts';
import { EXAMPLE_TEXT } from '../../src/encoder/example-text.ts';
import { fetchWeights } from '../../src/encoder/weights-file.ts';
import { createGpuBackend } from '../../src/gpu/gpu-backend.ts';
import { cosine, RECORDED_SENTENCES } from '../support/encoder-sentences.ts';
import { largestMagnitude, worstDifference } from '../support/tolerance.ts';

const WEIGHTS_URL = '/weights/use-lite.f16.safetensors';
const EXAMPLE_URL = '/example.safetensors';
const weights = await fetchWeights(WEIGHTS_URL);

const BACKENDS: [string, () => Promise<Backend>][] = [
  ['cpu', () => createCpuBackend({ threads: 1 })],
  ['webgpu', () => createGpuBackend()],
];

describe.each(BACKENDS)('the encoder on %s', async (kind, create) => {
  const backend = await create();
  const encoder = await createEncoderOn(backend.operations, weights);
  afterAll(async () => {
    await encoder.dispose();
    await backend.dispose();
  });

  it('runs where it says', () => {
    expect(backend.info.kind).toBe(kind);
  });

  it('gives the embeddings of the original graph, ten sentences and an empty text in one batch', async () => {
    const { embeddings } = await encoder.encode([...RECORDED_SENTENCES.map(({ text }) => text), '']);
    const cosines = RECORDED_SENTENCES.map(({ embedding }, index) =>
      cosine(embeddings.subarray(index * 512, (index + 1) * 512), embedding),
    );
    console.info(`${kind}: worst cosine ${Math.min(...cosines)}`);
    expect(Math.min(...cosines)).toBeGreaterThan(0.9999);
    const empty = embeddings.subarray(RECORDED_SENTENCES.length * 512);
    expect(worstDifference(empty, (await encoder.encode([''])).embeddings).worst).toBeLessThan(1e-6);
  });

  it('gives a text the same embedding in a later batch', async () => {
    const long = 'the '.repeat(128);
    const { embeddings } = await encoder.encode([...Array<string>(9).fill(long), 'sports']);
    const alone = await encoder.encode(['sports']);
    expect(worstDifference(embeddings.subarray(9 * 512), alone.embeddings).worst).toBeLessThan(1e-5);
  });

  it('gives the attention of the original graph in both layers', async () => {
    let worst = 0;
    for (const { text, attention } of RECORDED_SENTENCES) {
      const { layers } = await encoder.attention(text);
      attention.forEach(({ data }, layer) => {
        worst = Math.max(worst, worstDifference(layers[layer]!.weights, data).worst);
      });
    }
    console.info(`${kind}: worst attention difference ${worst}`);
    expect(worst).toBeLessThan(2e-3);
  });

  it('projects the recorded example', async () => {
    const recorded = await fetchExample(EXAMPLE_URL);
    const started = performance.now();
    const projected = await encoder.project(EXAMPLE_TEXT, 0);
    console.info(`${kind}: ${projected.ids.length} tokens projected in ${(performance.now() - started).toFixed(0)} ms`);
    expect(projected.pieces).toEqual(recorded.pieces);
    // Half precision is off by up to 2^-11 of a value; the rest is float32's rounding in the projection.
    for (const name of ['q', 'k', 'v'] as const) {
      const gate = 2 ** -11 * largestMagnitude(projected[name]) + 1e-4;
      expect(worstDifference(projected[name], recorded[name]).worst).toBeLessThan(gate);
    }
  });

  it('gives up when its caller does', async () => {
    const controller = new AbortController();
    const call = encoder.attention(EXAMPLE_TEXT, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });
});
