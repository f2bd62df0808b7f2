// The parts of other people's libraries that the contestants use. Declared here because those packages belong to
// tests/bench/package.json and are not installed where the project is only checked.

declare module '@jax-js/jax' {
  export type JaxDevice = 'webgpu' | 'wasm' | 'cpu';
  export interface JaxArray {
    /** Counts one more user. */
    readonly ref: JaxArray;
    reshape(shape: number[]): JaxArray;
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  export function init(device: JaxDevice): Promise<JaxDevice[]>;
  export function defaultDevice(device: JaxDevice): void;
  export function blockUntilReady(arrays: JaxArray[]): Promise<unknown>;
  export function jit<A extends JaxArray[]>(
    f: (...args: A) => JaxArray,
  ): ((...args: A) => JaxArray) & { dispose?: () => void };
  export const nn: {
    dotProductAttention(
      q: JaxArray,
      k: JaxArray,
      v: JaxArray,
      options: { isCausal?: boolean; localWindowSize?: [number, number] },
    ): JaxArray;
  };
  export const numpy: { array(values: Float32Array): JaxArray };
}

declare module '@tensorflow/tfjs-core' {
  export interface Tensor {
    data(): Promise<Float32Array>;
    dispose(): void;
  }
  /** What its WebGPU backend has and the others lack. */
  export interface WebgpuBackend {
    queue?: GPUQueue;
    commandEncoder?: GPUCommandEncoder | null;
    endComputePassEncoder?(): void;
    submitQueue?(): void;
  }
  export function getBackend(): string;
  export function setBackend(name: string): Promise<boolean>;
  export function ready(): Promise<void>;
  export function backend(): WebgpuBackend;
  export function tensor(values: Float32Array, shape: number[]): Tensor;
  export function matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  export function mul(a: Tensor, b: number): Tensor;
  export function add(a: Tensor, b: Tensor): Tensor;
  export function softmax(logits: Tensor): Tensor;
  export function tidy<T>(f: () => T): T;
  export function dispose(tensors: Tensor[]): void;
}

declare module '@tensorflow/tfjs-backend-webgpu' {}
declare module '@tensorflow/tfjs-backend-cpu' {}
declare module '@tensorflow/tfjs-backend-wasm' {
  export function setWasmPaths(prefix: string): void;
}

/** Methods of iterators, which Node has had since 22. */
declare module 'core-js/stable/iterator/index.js' {}
