// Seeded input and weights of mixers and stacks. An input's row depends on seed and position alone, so a longer sequence starts like a
// shorter one. Weights are scaled by 1/√(rows), so that numbers keep their size through a layer. Called by the labs' bench.
import { mixerShapes, type MixerProblem, type MixerWeights } from '../contract/mixers.ts';
import {
  STACK_MATRICES,
  stackShapes,
  type StackLayerWeights,
  type StackMatrix,
  type StackShape,
} from '../contract/stack.ts';
import { fillNormals } from './counter-random.ts';

/** Keeps a recurrence from doubling rounding errors from step to step: below 1 its state forgets. */
const RECURRENT_GAIN = 0.7;
const BIAS_GAIN = 0.1;

/** Standard normal `[rows, columns]` times a gain; `part` tells the tensors of one seed apart. */
function draw(seed: number, part: number, rows: number, columns: number, gain: number): Float32Array {
  const numbers = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    fillNormals(numbers, row * columns, (row + 1) * columns, gain, [seed, part, row, 7]);
  return numbers;
}

/** `[n, d]`, standard normal. */
export function drawInput({ seed, length, width }: { seed: number; length: number; width: number }): Float32Array {
  return draw(seed, 0, length, width, 1);
}

export function drawMixerWeights(problem: MixerProblem): MixerWeights {
  const entries = Object.entries(mixerShapes(problem)).map(([name, [rows, columns]], index) => {
    const isBias = name.toLowerCase().endsWith('bias');
    // A depthwise tap meets one channel only.
    const gain = isBias ? BIAS_GAIN : (name === 'recurrent' ? RECURRENT_GAIN : 1) / Math.sqrt(rows);
    return [name, draw(problem.seed, index + 1, rows, columns, gain)] as const;
  });
  return Object.fromEntries(entries);
}

function factors(shape: StackShape, part: number, [rows, columns]: [number, number]): Float32Array[] {
  const { seed, rank } = shape;
  if (rank === null) return [draw(seed, part, rows, columns, 1 / Math.sqrt(rows))];
  return [
    draw(seed, part, rows, rank, 1 / Math.sqrt(rows)),
    draw(seed, part + 500, rank, columns, 1 / Math.sqrt(rank)),
  ];
}

/** One layer's weights. Layers differ, or with shared layers are all layer 0. */
export function drawStackLayer(shape: StackShape, layer: number): StackLayerWeights {
  const { seed, width: d } = shape;
  const first = 1000 * ((shape.sharedLayers ? 0 : layer) + 1);
  const shapes = stackShapes(shape);
  const each = <T>(make: (name: StackMatrix, part: number) => T) =>
    Object.fromEntries(STACK_MATRICES.map((name, index) => [name, make(name, first + index)])) as Record<
      StackMatrix,
      T
    >;
  const offset = (part: number) => draw(seed, first + part, 1, d, BIAS_GAIN);
  const gain = (part: number) => offset(part).map((value) => 1 + value);
  return {
    matrices: each((name, part) => factors(shape, part, shapes[name])),
    biases: each((name, part) => draw(seed, part + 10, 1, shapes[name][1], BIAS_GAIN)),
    norms: [gain(20), offset(21), gain(22), offset(23)],
  };
}

/** One set per layer, or a single one that all share. */
export function drawStackWeights(shape: StackShape): StackLayerWeights[] {
  return Array.from({ length: shape.sharedLayers ? 1 : shape.layers }, (_, layer) => drawStackLayer(shape, layer));
}
