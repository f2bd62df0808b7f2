// The code behind each contestant's name, loaded when asked for: a page holds one contestant and none of the others' libraries.
import type { AttentionEngine, BackendKind } from '../../../../src/contract/engine.ts';
import type { Contestant, PeerName } from '../contestant.ts';

/** The library as it was built for everyone. */
const LIBRARY_URL = '/lib/attention-lab.js';

interface Library {
  createEngine(options: { backend: BackendKind }): Promise<AttentionEngine>;
}

const ort = () => import('./ort.ts');
const tfjs = async (backend: 'webgpu' | 'wasm' | 'cpu') => (await import('./tfjs.ts')).tfjs(backend);
const jax = async (device: 'webgpu' | 'wasm' | 'cpu') => (await import('./jax.ts')).jax(device);
const ours = async (backend: BackendKind) => {
  const { createEngine } = (await import(/* @vite-ignore */ LIBRARY_URL)) as Library;
  return (await import('./attention-lab.ts')).attentionLab(() => createEngine({ backend }));
};

export const REGISTRY: Record<PeerName, () => Promise<Contestant>> = {
  'attention-lab-webgpu': () => ours('webgpu'),
  'attention-lab-cpu': () => ours('cpu'),
  'ort-webgpu-mha': async () => (await ort()).ort('webgpu', 'multiHeadAttention'),
  'ort-webgpu-mha-uni': async () => (await ort()).ort('webgpu', 'unidirectional'),
  'ort-webgpu-gqa': async () => (await ort()).ort('webgpu', 'groupQueryAttention'),
  'ort-webgpu-plain': async () => (await ort()).ort('webgpu-default', 'plain'),
  'ort-webgpu-mha-default': async () => (await ort()).ort('webgpu-default', 'multiHeadAttention'),
  'ort-webgpu-att23': async () => (await ort()).ort('webgpu', 'attention23'),
  'ort-jsep-mha': async () => (await ort()).ort('jsep', 'multiHeadAttention'),
  'ort-wasm-mha': async () => (await ort()).ort('wasm', 'multiHeadAttention'),
  'ort-wasm-gqa': async () => (await ort()).ort('wasm', 'groupQueryAttention'),
  'ort-wasm-plain': async () => (await ort()).ort('wasm', 'plain'),
  'tfjs-webgpu': () => tfjs('webgpu'),
  'tfjs-wasm': () => tfjs('wasm'),
  'tfjs-cpu': () => tfjs('cpu'),
  'jax-webgpu': () => jax('webgpu'),
  'jax-wasm': () => jax('wasm'),
  'jax-cpu': () => jax('cpu'),
};
