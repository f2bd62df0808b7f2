// onnxruntime-web's published files in Node: a folder beside this program (carried to another machine) or the package of
// tests/bench. It was made for pages, so two things stand in: where it lies, and a queue that takes its shared memory.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ort, OrtFiles } from '../peers/contestants/ort.ts';

const WASM = 'ort-wasm-simd-threaded.asyncify';
/** The entry, and what it loads. */
export const ORT_FILES = ['ort.webgpu.min.mjs', `${WASM}.mjs`, `${WASM}.wasm`] as const;

/** @param packages tests/bench/node_modules of the repository, where there is one */
export function findOrt(programFolder: string, packages: string): string {
  const folders = [join(programFolder, 'onnxruntime-web'), join(packages, 'onnxruntime-web/dist')];
  const found = folders.find((folder) => ORT_FILES.every((name) => existsSync(join(folder, name))));
  if (found) return found;
  throw new Error(`There is no onnxruntime-web: put ${ORT_FILES.join(', ')} of its package into ${folders[0]}.`);
}

/**
 * Dawn in Node refuses views of shared memory, which is what ORT's threaded WASM has: such writes are copied first. One copy of
 * what a browser would take as it is; only runs with upload see it.
 */
export function takeSharedMemory(): void {
  const queue = GPUQueue.prototype as { writeBuffer(...values: unknown[]): undefined };
  const writeBuffer = queue.writeBuffer;
  queue.writeBuffer = function (buffer, offset, data, ...range) {
    const isShared = data instanceof Uint8Array && data.buffer instanceof SharedArrayBuffer;
    return writeBuffer.call(this, buffer, offset, isShared ? data.slice() : data, ...range);
  };
}

/** Each contestant gets a module of its own, as it would in a page of its own. */
export function ortFilesIn(folder: string, contestant: string): OrtFiles {
  return async (entry) => {
    const url = pathToFileURL(join(folder, entry));
    url.search = contestant;
    const module = (await import(/* @vite-ignore */ url.href)) as Ort;
    module.env.wasm.wasmBinary = readFileSync(join(folder, `${WASM}.wasm`));
    // The work is the GPU's; threads of its own would only keep Node alive.
    module.env.wasm.numThreads = 1;
    return module;
  };
}
