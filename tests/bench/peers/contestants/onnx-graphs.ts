// Five ways to say attention in ONNX. Each gives a model for a case, or null where the operator cannot express it.
import { additiveMask, type PeerCase } from '../cases.ts';
import { constant, model, node } from './onnx-model.ts';

export interface AttentionGraph {
  /** The model file. */
  bytes: Uint8Array;
  /** Of q, k, v and y alike. */
  dims: number[];
  note: string;
}

export type GraphName = 'multiHeadAttention' | 'unidirectional' | 'groupQueryAttention' | 'attention23' | 'plain';

const MICROSOFT = 'com.microsoft';

/** `[1, n, heads · d]`. */
const packed = ({ n, heads, d }: PeerCase) => [1, n, heads * d];

/** com.microsoft.MultiHeadAttention; masks as an additive bias `[1, 1, n, n]`. */
function multiHeadAttention(problem: PeerCase): AttentionGraph {
  const { n, heads } = problem;
  const dims = packed(problem);
  const mask = additiveMask(problem);
  const inputs = mask ? ['q', 'k', 'v', '', '', 'mask'] : ['q', 'k', 'v'];
  return {
    bytes: model({
      nodes: [node('MultiHeadAttention', inputs, ['y'], MICROSOFT, { num_heads: heads })],
      constants: mask ? [constant('mask', [1, 1, n, n], mask)] : [],
      inputs: { q: dims, k: dims, v: dims },
      outputs: { y: dims },
    }),
    dims,
    note: mask ? 'mask as attention_bias' : '',
  };
}

/** The same with unidirectional=1: causal only. */
function unidirectional(problem: PeerCase): AttentionGraph | null {
  if (!problem.causal || problem.window !== null) return null;
  const dims = packed(problem);
  const attributes = { num_heads: problem.heads, unidirectional: 1 };
  return {
    bytes: model({
      nodes: [node('MultiHeadAttention', ['q', 'k', 'v'], ['y'], MICROSOFT, attributes)],
      inputs: { q: dims, k: dims, v: dims },
      outputs: { y: dims },
    }),
    dims,
    note: 'native unidirectional',
  };
}

/** com.microsoft.GroupQueryAttention: causal by nature, with a local window of its own. */
function groupQueryAttention(problem: PeerCase): AttentionGraph | null {
  const { n, heads, d, causal, window } = problem;
  if (!causal) return null;
  const dims = packed(problem);
  const cache = [1, heads, n, d];
  const attributes = {
    num_heads: heads,
    kv_num_heads: heads,
    ...(window === null ? {} : { local_window_size: window }),
  };
  const inputs = ['q', 'k', 'v', '', '', 'seqlens_k', 'total'];
  return {
    bytes: model({
      nodes: [node('GroupQueryAttention', inputs, ['y', 'present_k', 'present_v'], MICROSOFT, attributes)],
      constants: [constant('seqlens_k', [1], Int32Array.of(n - 1)), constant('total', [], Int32Array.of(n))],
      inputs: { q: dims, k: dims, v: dims },
      outputs: { y: dims, present_k: cache, present_v: cache },
    }),
    dims,
    note: window === null ? 'native causal' : 'native local_window_size',
  };
}

/** ai.onnx Attention of opset 23: is_causal of its own, a window as an additive mask. */
function attention23(problem: PeerCase): AttentionGraph {
  const { n, heads, causal, window } = problem;
  const dims = packed(problem);
  const mask = window === null ? null : additiveMask(problem);
  const attributes = { q_num_heads: heads, kv_num_heads: heads, is_causal: causal && !mask ? 1 : 0 };
  return {
    bytes: model({
      opset: 23,
      nodes: [node('Attention', mask ? ['q', 'k', 'v', 'mask'] : ['q', 'k', 'v'], ['y'], '', attributes)],
      constants: mask ? [constant('mask', [1, 1, n, n], mask)] : [],
      inputs: { q: dims, k: dims, v: dims },
      outputs: { y: dims },
    }),
    dims,
    note: mask ? 'mask as attn_mask' : causal ? 'native is_causal' : '',
  };
}

/** Standard operators only, on `[heads, n, d]`: MatMul, (Add,) Softmax, MatMul. */
function plain(problem: PeerCase): AttentionGraph {
  const { n, heads, d } = problem;
  const dims = [heads, n, d];
  const mask = additiveMask(problem);
  return {
    bytes: model({
      nodes: [
        node('Mul', ['q', 'scale'], ['qs']),
        node('Transpose', ['k'], ['kt'], '', { perm: [0, 2, 1] }),
        node('MatMul', ['qs', 'kt'], ['scores']),
        ...(mask ? [node('Add', ['scores', 'mask'], ['masked'])] : []),
        node('Softmax', [mask ? 'masked' : 'scores'], ['p'], '', { axis: -1 }),
        node('MatMul', ['p', 'v'], ['y']),
      ],
      constants: [
        constant('scale', [], Float32Array.of(1 / Math.sqrt(d))),
        ...(mask ? [constant('mask', [1, n, n], mask)] : []),
      ],
      inputs: { q: dims, k: dims, v: dims },
      outputs: { y: dims },
    }),
    dims,
    note: mask ? 'mask added' : '',
  };
}

export const GRAPHS: Record<GraphName, (problem: PeerCase) => AttentionGraph | null> = {
  multiHeadAttention,
  unidirectional,
  groupQueryAttention,
  attention23,
  plain,
};
