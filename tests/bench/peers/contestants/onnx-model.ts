// A very small ONNX writer: just enough protobuf to describe an attention graph.
// Field numbers are those of onnx.proto3 (ModelProto, GraphProto, NodeProto, …). Called by `onnx-graphs.ts`.

const FLOAT = 1;
const INT32 = 6;

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(value: number): Uint8Array {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    digits.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(digits);
}

const int = (field: number, value: number) => concat([varint(field << 3), varint(value)]);
const bytes = (field: number, value: Uint8Array) => concat([varint((field << 3) | 2), varint(value.length), value]);
const text = (field: number, value: string) => bytes(field, new TextEncoder().encode(value));
const message = (field: number, parts: Uint8Array[]) => bytes(field, concat(parts));

/** Integers and lists of them: all that these graphs need. */
type Attributes = Record<string, number | number[]>;

function attribute(name: string, value: number | number[]): Uint8Array {
  const isList = Array.isArray(value);
  return concat([
    text(1, name),
    ...(isList ? value.map((one) => int(8, one)) : [int(3, value)]),
    int(20, isList ? 7 : 2),
  ]);
}

/** An empty input name leaves an optional input out. */
export function node(
  operator: string,
  inputs: string[],
  outputs: string[],
  domain = '',
  attributes: Attributes = {},
): Uint8Array {
  return concat([
    ...inputs.map((input) => text(1, input)),
    ...outputs.map((output) => text(2, output)),
    text(3, `${operator}_${outputs[0]}`),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
    ...(domain ? [text(7, domain)] : []),
  ]);
}

export function constant(name: string, dims: number[], values: Float32Array | Int32Array): Uint8Array {
  return concat([
    ...dims.map((dim) => int(1, dim)),
    int(2, values instanceof Int32Array ? INT32 : FLOAT),
    text(8, name),
    bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ]);
}

function valueInfo(name: string, dims: number[]): Uint8Array {
  const shape = message(
    2,
    dims.map((dim) => message(1, [int(1, dim)])),
  );
  return concat([text(1, name), message(2, [message(1, [int(1, FLOAT), shape])])]);
}

export interface ModelParts {
  nodes: Uint8Array[];
  constants?: Uint8Array[];
  /** Name to shape, all float32. */
  inputs: Record<string, number[]>;
  outputs: Record<string, number[]>;
  opset?: number;
}

export function model({ nodes, constants = [], inputs, outputs, opset = 17 }: ModelParts): Uint8Array {
  const graph = [
    ...nodes.map((one) => bytes(1, one)),
    text(2, 'attention'),
    ...constants.map((one) => bytes(5, one)),
    ...Object.entries(inputs).map(([name, dims]) => bytes(11, valueInfo(name, dims))),
    ...Object.entries(outputs).map(([name, dims]) => bytes(12, valueInfo(name, dims))),
  ];
  return concat([
    int(1, opset >= 23 ? 11 : 8),
    text(2, 'attention-peers'),
    message(7, graph),
    message(8, [text(1, ''), int(2, opset)]),
    message(8, [text(1, 'com.microsoft'), int(2, 1)]),
  ]);
}
