// Opens WebGPU in Node through Dawn's module: a file beside this program (a folder carried to another machine) or the `webgpu`
// package of tests/bench. Where Dawn finds no driver, `softwareDriver` says how Chromium's SwiftShader can stand in.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What `dawn.node` exports. */
interface DawnModule {
  create(flags: string[]): GPU;
  globals: object;
}

export interface Dawn {
  provider: GPU;
  adapter: GPUAdapter;
}

function platformFolder(): string {
  return `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
}

/** @param packages tests/bench/node_modules of the repository, where there is one */
export function findDawn(programFolder: string, packages: string): string {
  const beside = join(programFolder, 'dawn.node');
  const candidates = [beside, join(packages, 'webgpu/dist', platformFolder(), 'dawn.node')];
  const found = candidates.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(`There is no dawn.node for ${platformFolder()}: put the webgpu package’s one at ${beside}.`);
}

/** Null when Dawn finds no adapter. Throws on flags it does not know. */
export async function openDawn(modulePath: string, flags: string[]): Promise<Dawn | null> {
  const module = createRequire(import.meta.url)(modulePath) as DawnModule;
  Object.assign(globalThis, module.globals);
  const provider = module.create(flags);
  const adapter = await provider.requestAdapter({ powerPreference: 'high-performance' });
  return adapter && { provider, adapter };
}

/** Where Chromium and Chrome keep SwiftShader and a Vulkan loader on Linux. */
const BROWSER_FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/snap/chromium/current/usr/lib/chromium-browser',
];

/**
 * The environment in which Dawn finds SwiftShader, or null where there is none. Both variables are read when a process starts or
 * first loads Vulkan, so the program has to be started anew with them.
 * @param chromium the path of a browser on this machine, if one is known
 */
export function softwareDriver(chromium: string | null): Record<string, string> | null {
  const folders = [...(chromium ? [dirname(chromium)] : []), ...BROWSER_FOLDERS];
  const folder = folders.find((path) => existsSync(join(path, 'vk_swiftshader_icd.json')));
  if (!folder) return null;
  const libraries = [process.env['LD_LIBRARY_PATH'], folder].filter(Boolean).join(':');
  return { VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: libraries };
}
