// Launches the browser that the benchmarks measure in: on SwiftShader, as the tests, or on the machine's own GPU.
import { chromium, type Browser } from 'playwright';
import { ensureChromium, WEBGPU_FLAGS } from '../../src/tools/chromium.mjs';

/** Without the software adapter; Vulkan has to be asked for on Linux. */
const OWN_GPU_FLAGS = [
  ...WEBGPU_FLAGS.filter((flag) => !flag.startsWith('--use-webgpu-adapter')),
  '--enable-features=Vulkan',
  '--ignore-gpu-blocklist',
];

export async function launchBrowser(usesOwnGpu: boolean): Promise<Browser> {
  const args = usesOwnGpu ? OWN_GPU_FLAGS : WEBGPU_FLAGS;
  return chromium.launch({ executablePath: await ensureChromium(), args });
}
