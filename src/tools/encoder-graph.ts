// Universal Sentence Encoder Lite as its graph has it: every constant is read from the node that uses it, and the wiring that our
// forward pass relies on is required, so a different graph stops the build instead of giving wrong numbers.
import type { EncoderConfig, LayerConfig } from '../encoder/config.ts';
import type { TensorToWrite } from '../encoder/safetensors.ts';
import type { Constant, GraphModel } from './graph-model.ts';

const MODEL = 'module_apply_default/Encoder_en';
const TRANSFORMER = `${MODEL}/KonaTransformer`;
const STACK = `${TRANSFORMER}/Encode/TransformerStack`;
const NORM = 'layer_prepostprocess/layer_norm';

/** Tensors in reading order: vectors as float32, matrices as float16. */
export type Tensors = TensorToWrite[];

function put(tensors: Tensors, name: string, constant: Constant): number[] {
  const shape = constant.shape.filter((size, axis) => size !== 1 || axis >= constant.shape.length - 1);
  if (!(constant.data instanceof Float32Array)) throw new Error(`${name} should hold float32`);
  tensors.push({ name, type: shape.length === 1 ? 'F32' : 'F16', shape, data: constant.data });
  return shape;
}

/** `(x − mean) · (scale · rsqrt(variance + epsilon)) + bias`; returns epsilon. */
function readNorm(graph: GraphModel, path: string, input: string, tensors: Tensors, name: string): number {
  graph.requireInputs(`${path}/sub_1`, 'Sub', input, `${path}/Mean`);
  graph.requireInputs(`${path}/Square`, 'Square', `${path}/sub_1`);
  graph.requireInputs(`${path}/Rsqrt`, 'Rsqrt', `${path}/add`);
  graph.requireInputs(`${path}/mul_1`, 'Mul', `${path}/mul`, `${path}/sub_1`);
  put(tensors, `${name}.weight`, graph.constantInput(`${path}/mul`, 'Mul', 0));
  put(tensors, `${name}.bias`, graph.constantInput(`${path}/add_1`, 'Add', 1));
  return graph.scalarInput(`${path}/add`, 'Add', 1);
}

/** A matrix product with bias; `product` is the node that multiplies, `op` its operation. */
function readLinear(
  graph: GraphModel,
  product: string,
  op: string,
  bias: string,
  tensors: Tensors,
  name: string,
): number[] {
  const shape = put(tensors, `${name}.weight`, graph.constantInput(product, op, 1));
  put(tensors, `${name}.bias`, graph.constantInput(bias, 'BiasAdd', 1));
  return shape;
}

/** Which third of the fused projection is multiplied by the scale and which by which: q, k, v in this order. */
function requireHeadOrder(graph: GraphModel, attention: string): void {
  const product = `${attention}/DotProductAttention/BaseDotProductAttention`;
  const splits = ['', '_1', '_2'].map((suffix) => `${attention}/split_heads${suffix}`);
  ['split', 'split:1', 'split:2'].forEach((third, index) => {
    const reshape = `${splits[index]}/split_last_dimension/Reshape`;
    if (graph.inputs(reshape, 'Reshape')[0] !== `${attention}/${third}`)
      throw new Error(`${reshape} takes another third`);
    if (graph.inputs(`${splits[index]}/transpose`, 'Transpose')[0] !== reshape)
      throw new Error(`${splits[index]} differs`);
  });
  if (graph.inputs(`${attention}/mul`, 'Mul')[0] !== `${splits[0]}/transpose`) throw new Error('the scale is not on q');
  graph.requireInputs(`${product}/MatMul`, 'BatchMatMul', `${attention}/mul`, `${splits[1]}/transpose`);
  graph.requireInputs(`${product}/MatMul_1`, 'BatchMatMul', `${product}/attention_weights`, `${splits[2]}/transpose`);
}

function readHeads(graph: GraphModel, attention: string): { heads: number; headDim: number } {
  const shape = graph.inputs(`${attention}/split_heads/split_last_dimension/Reshape/shape`, 'Pack');
  return { heads: graph.constant(shape[2]).data[0]!, headDim: graph.constant(shape[3]).data[0]! };
}

/** What is added to the attention's output: the layer's input, or that through a dense layer. */
function readResidual(
  graph: GraphModel,
  layer: string,
  input: string,
  tensors: Tensors,
  name: string,
): LayerConfig['residual'] {
  const [output, residual] = graph.inputs(`${layer}/layer_postprocess/add`, 'Add');
  if (output !== `${layer}/MultiheadAttention/Squeeze_1`) throw new Error(`${layer}: another residual path`);
  if (residual === input) return 'identity';
  const adjust = `${layer}/AdjustResidualInput`;
  if (residual !== `${adjust}/Scatter/ScatterNd`) throw new Error(`${layer}: another residual path`);
  if (graph.inputs(`${adjust}/Gather/GatherNd`, 'GatherNd')[0] !== input) throw new Error(`${layer}: another residual`);
  readLinear(graph, `${adjust}/dense/MatMul`, 'MatMul', `${adjust}/dense/BiasAdd`, tensors, `${name}.residual`);
  return 'linear';
}

function readLayer(
  graph: GraphModel,
  index: number,
  input: string,
  tensors: Tensors,
): { config: LayerConfig; epsilon: number; output: string } {
  const name = `layer.${index}`;
  const layer = `${STACK}/Layer_${index}/TransformerLayer`;
  const attention = `${layer}/MultiheadAttention`;
  const epsilon = readNorm(graph, `${layer}/${NORM}`, input, tensors, `${name}.attention_norm`);
  const qkv = `${attention}/qkv_transform_single`;
  const [width] = readLinear(graph, `${qkv}/Conv2D`, 'Conv2D', `${qkv}/BiasAdd`, tensors, `${name}.attention.qkv`);
  requireHeadOrder(graph, attention);
  const scale = graph.scalarInput(`${attention}/mul`, 'Mul', 1);
  const out = `${attention}/output_transform_single`;
  readLinear(graph, `${out}/Conv2D`, 'Conv2D', `${out}/BiasAdd`, tensors, `${name}.attention.output`);
  const residual = readResidual(graph, layer, input, tensors, name);
  const middle = `${layer}/layer_postprocess/add`;
  const feedForward = `${layer}/FFN`;
  const ffnEpsilon = readNorm(graph, `${feedForward}/${NORM}`, middle, tensors, `${name}.ffn_norm`);
  if (ffnEpsilon !== epsilon) throw new Error(`${name}: two epsilons, ${epsilon} and ${ffnEpsilon}`);
  const up = `${feedForward}/conv1`;
  const down = `${feedForward}/conv2`;
  const [, inner] = readLinear(graph, `${up}/Tensordot/MatMul`, 'MatMul', `${up}/BiasAdd`, tensors, `${name}.ffn.up`);
  graph.requireInputs(`${up}/Relu`, 'Relu', `${up}/BiasAdd`);
  const [, outputWidth] = readLinear(
    graph,
    `${down}/Tensordot/MatMul`,
    'MatMul',
    `${down}/BiasAdd`,
    tensors,
    `${name}.ffn.down`,
  );
  const output = `${feedForward}/layer_postprocess/add`;
  graph.requireInputs(output, 'Add', `${feedForward}/Scatter/ScatterNd`, middle);
  const config = {
    width: width!,
    outputWidth: outputWidth!,
    ...readHeads(graph, attention),
    scale,
    feedForwardWidth: inner!,
    residual,
  };
  return { config, epsilon, output };
}

/**
 * The first layer's input: the embedding, to which the embedding plus the position signal is added once more, so the embedding
 * counts twice. Only the first layer gets the signal.
 */
function readInput(graph: GraphModel, tensors: Tensors): { input: string; width: number; tokens: number } {
  const scattered = `${TRANSFORMER}/Encode/Scatter/ScatterNd`;
  const signal = `${STACK}/Layer_0/AddTimingSignal`;
  const timing = `${signal}/TimingSignal`;
  const [tokens, width] = put(
    tensors,
    'embedding.weight',
    graph.constantInput(`${TRANSFORMER}/Encode/embedding_lookup`, 'GatherV2', 0),
  );
  graph.requireInputs(`${signal}/add`, 'Add', `${signal}/Gather/GatherNd`, `${timing}/concat`);
  if (graph.inputs(`${signal}/Gather/GatherNd`, 'GatherNd')[0] !== scattered) throw new Error('another signal path');
  if (graph.inputs(`${signal}/Scatter/ScatterNd`, 'ScatterNd')[1] !== `${signal}/add`)
    throw new Error('another signal');
  graph.requireInputs(`${STACK}/Layer_0/add`, 'Add', scattered, `${signal}/Scatter/ScatterNd`);
  const halves = graph.inputs(`${timing}/concat`, 'ConcatV2').slice(0, 2);
  if (halves.join() !== `${timing}/Sin,${timing}/Cos`) throw new Error('the signal is not sines, then cosines');
  put(tensors, 'position.inverse_timescales', graph.constantInput(`${timing}/mul_2`, 'Mul', 1));
  return { input: `${STACK}/Layer_0/add`, width: width!, tokens: tokens! };
}

/** Sum over tokens divided by `max(length, 1)`, a tanh layer, unit length. */
function readOutput(graph: GraphModel, input: string, tensors: Tensors) {
  graph.requireInputs(`${TRANSFORMER}/mul`, 'Mul', input, `${TRANSFORMER}/ExpandDims`);
  if (graph.inputs(`${TRANSFORMER}/Sum`, 'Sum')[0] !== `${TRANSFORMER}/mul`) throw new Error('another pooling');
  graph.requireInputs(`${TRANSFORMER}/div`, 'RealDiv', `${TRANSFORMER}/Sum`, `${TRANSFORMER}/ExpandDims_1`);
  graph.requireInputs(`${TRANSFORMER}/ToFloat_1`, 'Cast', `${TRANSFORMER}/Maximum`);
  const tanh = `${MODEL}/hidden_layers/tanh_layer_0`;
  const normalize = `${MODEL}/hidden_layers/l2_normalize`;
  if (graph.inputs(`${tanh}/MatMul`, 'MatMul')[0] !== `${TRANSFORMER}/div`) throw new Error('another output layer');
  const [, outputWidth] = readLinear(graph, `${tanh}/MatMul`, 'MatMul', `${tanh}/BiasAdd`, tensors, 'output');
  graph.requireInputs(`${tanh}/Tanh`, 'Tanh', `${tanh}/BiasAdd`);
  graph.requireInputs(`${normalize}/Square`, 'Square', `${tanh}/Tanh`);
  graph.requireInputs(normalize, 'Mul', `${tanh}/Tanh`, `${normalize}/Rsqrt`);
  return {
    smallestDivisor: graph.scalarInput(`${TRANSFORMER}/Maximum`, 'Maximum', 1),
    outputActivation: 'tanh' as const,
    outputWidth: outputWidth!,
    smallestSquaredLength: graph.scalarInput(`${normalize}/Maximum`, 'Maximum', 1),
  };
}

export function readEncoder(graph: GraphModel): { config: EncoderConfig; tensors: Tensors } {
  const tensors: Tensors = [];
  const { input, width, tokens } = readInput(graph, tensors);
  const first = readLayer(graph, 0, input, tensors);
  const second = readLayer(graph, 1, first.output, tensors);
  if (first.epsilon !== second.epsilon) throw new Error(`two epsilons, ${first.epsilon} and ${second.epsilon}`);
  const config = {
    tokens,
    width,
    trainedTokens: graph.scalarInput(`${TRANSFORMER}/ClipToMaxLength/Less`, 'Less', 1),
    embeddingFactor: 2,
    layerNormEpsilon: first.epsilon,
    feedForwardActivation: 'relu' as const,
    layers: [first.config, second.config],
    ...readOutput(graph, second.output, tensors),
  };
  return { config, tensors };
}
