// Reads a TensorFlow.js graph model: its nodes, who feeds whom, and the constants in its shards.
// Knows nothing of the encoder; `build-weights.ts` asks it questions and it throws when the graph answers differently.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface GraphNode {
  name: string;
  op: string;
  input?: string[];
}

interface StoredWeight {
  name: string;
  dtype: string;
  shape: number[];
  quantization?: unknown;
}

interface ModelJson {
  modelTopology: { node: GraphNode[] };
  weightsManifest: { paths: string[]; weights: StoredWeight[] }[];
}

export interface Constant {
  shape: number[];
  data: Float32Array | Int32Array;
}

/** The paths of a model's shards, in order. */
export function shardNames(model: ModelJson): string[] {
  return model.weightsManifest.flatMap((group) => group.paths);
}

export class GraphModel {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #constants = new Map<string, Constant>();

  constructor(directory: string) {
    const model = JSON.parse(readFileSync(join(directory, 'model.json'), 'utf8')) as ModelJson;
    for (const node of model.modelTopology.node) this.#nodes.set(node.name, node);
    for (const group of model.weightsManifest) {
      const shards = Buffer.concat(group.paths.map((path) => readFileSync(join(directory, path))));
      let at = 0;
      for (const { name, dtype, shape, quantization } of group.weights) {
        const isPlain = (dtype === 'float32' || dtype === 'int32') && quantization === undefined;
        if (!isPlain) throw new Error(`${name}: only plain float32 and int32 are read, not ${dtype}`);
        const length = shape.reduce((product, size) => product * size, 1);
        const bytes = Uint8Array.from(shards.subarray(at, at + 4 * length)).buffer;
        this.#constants.set(name, { shape, data: dtype === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes) });
        at += 4 * length;
      }
      if (at !== shards.length) throw new Error(`The shards hold ${shards.length} bytes, the manifest ${at}`);
    }
  }

  /** The inputs of a node that must be there with this operation. */
  inputs(name: string, op: string): string[] {
    const node = this.#nodes.get(name);
    if (node?.op !== op) throw new Error(`${name} should be ${op} and is ${node?.op ?? 'missing'}`);
    return node.input ?? [];
  }

  /** Requires that a node of this operation is fed by exactly these, in this order. */
  requireInputs(name: string, op: string, ...expected: string[]): void {
    const inputs = this.inputs(name, op);
    if (inputs.join() !== expected.join())
      throw new Error(`${name} takes ${inputs.join(', ')}, not ${expected.join(', ')}`);
  }

  constant(name: string | undefined): Constant {
    const constant = name === undefined ? undefined : this.#constants.get(name);
    if (constant === undefined) throw new Error(`${name} is not a constant of the graph`);
    return constant;
  }

  /** The constant that a node of this operation takes as its input number `index`. */
  constantInput(name: string, op: string, index: number): Constant {
    return this.constant(this.inputs(name, op)[index]);
  }

  /** As {@link constantInput}, for a single number. */
  scalarInput(name: string, op: string, index: number): number {
    const { data } = this.constantInput(name, op, index);
    if (data.length !== 1) throw new Error(`${name} takes ${data.length} numbers where one was expected`);
    return data[0]!;
  }
}
