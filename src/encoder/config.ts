// The encoder's shape and constants, as `tools/build-weights.ts` read them from the original graph and stored them beside the weights.
// Nothing here is a default: a file without a field is refused.
import { invalidFile } from './safetensors.ts';

export interface LayerConfig {
  /** Numbers per token going in. */
  width: number;
  /** Numbers per token coming out. */
  outputWidth: number;
  heads: number;
  headDim: number;
  /** Multiplies q·k. */
  scale: number;
  feedForwardWidth: number;
  /** `linear`: the input passes a dense layer before it is added to the attention's output. */
  residual: 'identity' | 'linear';
}

export interface EncoderConfig {
  tokens: number;
  width: number;
  /** Only this many tokens of a sentence are pooled. */
  trainedTokens: number;
  /** The first layer's input is this times the token's embedding, plus the position signal. */
  embeddingFactor: number;
  layerNormEpsilon: number;
  feedForwardActivation: 'relu';
  layers: LayerConfig[];
  /** The pooled row is the sum over tokens divided by `max(length, smallestDivisor)`. */
  smallestDivisor: number;
  outputActivation: 'tanh';
  outputWidth: number;
  /** The squared length is not taken below this when the embedding is brought to unit length. */
  smallestSquaredLength: number;
}

type Field<T> = (value: unknown) => value is T;

const isWhole: Field<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isPositive: Field<number> = (value): value is number => Number.isFinite(value) && (value as number) > 0;
const oneOf =
  <T extends string>(...words: T[]): Field<T> =>
  (value): value is T =>
    words.some((word) => word === value);

function fields<T>(value: unknown, checks: { [K in keyof T]: Field<T[K]> }, path: string): T {
  const record = (typeof value === 'object' ? value : null) as Record<string, unknown> | null;
  const read: Partial<T> = {};
  for (const key of Object.keys(checks) as (keyof T & string)[]) {
    const field = record?.[key];
    if (!checks[key](field)) throw invalidFile(`${path}.${key}`, 'bad-config', field, 'what build-weights wrote');
    read[key] = field;
  }
  return read as T;
}

const LAYER = {
  width: isWhole,
  outputWidth: isWhole,
  heads: isWhole,
  headDim: isWhole,
  scale: isPositive,
  feedForwardWidth: isWhole,
  residual: oneOf('identity', 'linear'),
};

const ENCODER = {
  tokens: isWhole,
  width: isWhole,
  trainedTokens: isWhole,
  embeddingFactor: isPositive,
  layerNormEpsilon: isPositive,
  feedForwardActivation: oneOf('relu'),
  layers: (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0,
  smallestDivisor: isPositive,
  outputActivation: oneOf('tanh'),
  outputWidth: isWhole,
  smallestSquaredLength: isPositive,
};

/** Checks the stored JSON. `path` names the file in errors. */
export function parseConfig(json: unknown, path: string): EncoderConfig {
  const encoder = fields<Omit<EncoderConfig, 'layers'> & { layers: unknown[] }>(json, ENCODER, path);
  const layers = encoder.layers.map((layer, index) => fields<LayerConfig>(layer, LAYER, `${path}.layers[${index}]`));
  let width = encoder.width;
  for (const layer of layers) {
    const fits = layer.width === width && (layer.residual === 'linear' || layer.outputWidth === width);
    if (!fits) throw invalidFile(`${path}.layers`, 'bad-config', layer.width, `layers that fit (${width})`);
    width = layer.outputWidth;
  }
  return { ...encoder, layers };
}

/** Every tensor of the file with its shape: what a weights file must hold, no more and no less. */
export function tensorShapes(config: EncoderConfig): Map<string, number[]> {
  const shapes = new Map<string, number[]>([
    ['embedding.weight', [config.tokens, config.width]],
    ['position.inverse_timescales', [config.width / 2]],
  ]);
  config.layers.forEach((layer, index) => {
    const add = (name: string, ...shape: number[]) => shapes.set(`layer.${index}.${name}`, shape);
    const inner = layer.heads * layer.headDim;
    add('attention_norm.weight', layer.width);
    add('attention_norm.bias', layer.width);
    add('attention.qkv.weight', layer.width, 3 * inner);
    add('attention.qkv.bias', 3 * inner);
    add('attention.output.weight', inner, layer.outputWidth);
    add('attention.output.bias', layer.outputWidth);
    if (layer.residual === 'linear') {
      add('residual.weight', layer.width, layer.outputWidth);
      add('residual.bias', layer.outputWidth);
    }
    add('ffn_norm.weight', layer.outputWidth);
    add('ffn_norm.bias', layer.outputWidth);
    add('ffn.up.weight', layer.outputWidth, layer.feedForwardWidth);
    add('ffn.up.bias', layer.feedForwardWidth);
    add('ffn.down.weight', layer.feedForwardWidth, layer.outputWidth);
    add('ffn.down.bias', layer.outputWidth);
  });
  shapes.set('output.weight', [config.layers.at(-1)!.outputWidth, config.outputWidth]);
  shapes.set('output.bias', [config.outputWidth]);
  return shapes;
}
