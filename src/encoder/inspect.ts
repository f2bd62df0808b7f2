// One text through the encoder with everything on the way read back: what a picture of the pipeline draws. The same operations in the
// same order as `encode`, one text at a time. Called by the encoder.
import type { LayerAttention } from '../contract/encoder.ts';
import type { EncoderConfig } from './config.ts';
import type { ForwardPass } from './forward.ts';
import { normalizeRows, poolingMatrix } from './input-rows.ts';

/** Shapes as in `EncoderPath` of the contract; L is the number of tokens that entered. */
export interface InspectedText {
  length: number;
  input: Float32Array;
  widths: number[];
  layers: LayerAttention[];
  outputs: Float32Array[];
  pooled: Float32Array;
  divisor: number;
  output: Float32Array;
  embedding: Float32Array;
}

const none = () => new Float32Array(0);

/** Input rows `[L, width]` to the embedding. A text without tokens pools to zeros, as in `encode`. */
export async function inspectText(
  pass: ForwardPass,
  config: EncoderConfig,
  input: Float32Array,
): Promise<InspectedText> {
  const length = input.length / config.width;
  const [layers, outputs]: [LayerAttention[], Float32Array[]] = [[], []];
  let pooled = new Float32Array(config.layers.at(-1)!.outputWidth);
  if (length > 0) {
    let x = await pass.upload(input, length, config.width);
    for (const index of config.layers.keys()) {
      const { answer, output } = await runLayer(pass, config, x, index, length);
      layers.push(answer);
      x = output;
      outputs.push(await pass.read(x));
    }
    pooled = poolRows(outputs.at(-1)!, length, config);
  } else
    for (const { heads, headDim, scale } of config.layers) {
      layers.push({ heads, headDim, scale, q: none(), k: none(), v: none(), weights: none() });
      outputs.push(none());
    }
  const output = await pass.read(await pass.output(await pass.upload(pooled, 1, pooled.length)));
  const embedding = normalizeRows(output.slice(), config.outputWidth, config.smallestSquaredLength);
  const divisor = Math.max(length, config.smallestDivisor);
  const widths = [config.width, ...config.layers.map(({ outputWidth }) => outputWidth)];
  return { length, input, widths, layers, outputs, pooled, divisor, output, embedding };
}

async function runLayer(
  pass: ForwardPass,
  config: EncoderConfig,
  x: Parameters<ForwardPass['project']>[0],
  index: number,
  length: number,
) {
  const layer = config.layers[index]!;
  const fused = await pass.project(x, index);
  const parts = await pass.split(fused, [0, length], layer);
  const weights = await pass.weights(parts, layer, length);
  const { heads, headDim, scale } = layer;
  const [q, k, v] = [await pass.read(parts.q), await pass.read(parts.k), await pass.read(parts.v)];
  const answer: LayerAttention = { heads, headDim, scale, q, k, v, weights: await pass.read(weights) };
  const output = await pass.complete(x, [await pass.attend(parts, layer, length)], index);
  pass.scope.release(fused, weights, parts.q, parts.k, parts.v);
  return { answer, output };
}

/** The rows' sum over `divisor`, by the encoder's own pooling matrix. */
function poolRows(rows: Float32Array, length: number, config: EncoderConfig): Float32Array<ArrayBuffer> {
  const factors = poolingMatrix([[0, length]], config.smallestDivisor);
  const width = rows.length / length;
  return Float32Array.from({ length: width }, (_, x) =>
    factors.reduce((sum, factor, row) => sum + factor * rows[row * width + x]!, 0),
  );
}
