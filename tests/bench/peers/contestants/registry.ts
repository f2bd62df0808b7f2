// The code behind each contestant's name, loaded when asked for: a page holds one contestant and none of the others' libraries.
import type { AttentionEngine, BackendKind } from '../../../../src/contract/engine.ts';
import type { Contestant, PeerName } from '../contestant.ts';
import type { GraphName } from './onnx-graphs.ts';
import type { Ort, OrtFiles, OrtFlavour } from './ort.ts';

/** The library as it was built for everyone. */
const LIBRARY_URL = '/lib/attention-lab.js';

interface Library {
  createEngine(options: { backend: BackendKind }): Promise<AttentionEngine>;
}

const ORT = '/packages/onnxruntime-web/dist/';
const ortFiles: OrtFiles = async (entry) => {
  const module = (await import(/* @vite-ignore */ ORT + entry)) as Ort;
  module.env.wasm.wasmPaths = ORT;
  module.env.wasm.numThreads = navigator.hardwareConcurrency;
  return module;
};
const ort = async (flavour: OrtFlavour, graph: GraphName) => (await import('./ort.ts')).ort(ortFiles, flavour, graph);
const tfjs = async (backend: 'webgpu' | 'wasm' | 'cpu') => (await import('./tfjs.ts')).tfjs(backend);
const jax = async (device: 'webgpu' | 'wasm' | 'cpu') => (await import('./jax.ts')).jax(device);
const ours = async (backend: BackendKind) => {
  const { createEngine } = (await import(/* @vite-ignore */ LIBRARY_URL)) as Library;
  return (await import('./attention-lab.ts')).attentionLab(() => createEngine({ backend }));
};

export const REGISTRY: Record<PeerName, () => Promise<Contestant>> = {
  'attention-lab-webgpu': () => ours('webgpu'),
  'attention-lab-cpu': () => ours('cpu'),
  'ort-webgpu-mha': () => ort('webgpu', 'multiHeadAttention'),
  'ort-webgpu-mha-uni': () => ort('webgpu', 'unidirectional'),
  'ort-webgpu-gqa': () => ort('webgpu', 'groupQueryAttention'),
  'ort-webgpu-plain': () => ort('webgpu-default', 'plain'),
  'ort-webgpu-mha-default': () => ort('webgpu-default', 'multiHeadAttention'),
  'ort-webgpu-att23': () => ort('webgpu', 'attention23'),
  'ort-jsep-mha': () => ort('jsep', 'multiHeadAttention'),
  'ort-wasm-mha': () => ort('wasm', 'multiHeadAttention'),
  'ort-wasm-gqa': () => ort('wasm', 'groupQueryAttention'),
  'ort-wasm-plain': () => ort('wasm', 'plain'),
  'tfjs-webgpu': () => tfjs('webgpu'),
  'tfjs-wasm': () => tfjs('wasm'),
  'tfjs-cpu': () => tfjs('cpu'),
  'jax-webgpu': () => jax('webgpu'),
  'jax-wasm': () => jax('wasm'),
  'jax-cpu': () => jax('cpu'),
};
