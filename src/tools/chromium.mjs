// Finds a Chromium that can run WebGPU, or installs one. Used by the tests, the benchmarks and the README's screenshot.
// Order: the CHROMIUM variable, a system Chromium or Chrome, Playwright's own, Debian's package (as root), Playwright's download.
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Flags that give WebGPU on SwiftShader where there is no GPU. */
export const WEBGPU_FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium already on this machine, or null. @returns {string | null} */
export function findChromium() {
  const named = process.env['CHROMIUM'];
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`CHROMIUM is set to ${named}, which is not an executable file.`);
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter))
    for (const name of NAMES) {
      const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
      if (isExecutable(path)) return path;
    }
  return PLACES.find(isExecutable) ?? null;
}

/** @returns {Promise<string | null>} */
async function findPlaywrights() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

/** @param {string} command @param {string[]} args */
function runs(command, args) {
  console.log(`> ${command} ${args.join(' ')}`);
  return (
    spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
      .status === 0
  );
}

function canUseApt() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('apt-get', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Finds or installs a Chromium. Throws with every way to help when none can be had. @returns {Promise<string>} */
export async function ensureChromium() {
  const found = findChromium() ?? (await findPlaywrights());
  if (found) return found;
  console.log('No Chromium found; installing one.');
  if (canUseApt()) {
    runs('apt-get', ['update', '-qq']);
    runs('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk']);
    const installed = findChromium();
    if (installed) return installed;
  }
  runs(process.execPath, [join('node_modules', 'playwright', 'cli.js'), 'install', 'chromium']);
  const downloaded = await findPlaywrights();
  if (downloaded) return downloaded;
  throw new Error(
    'These tests need a Chromium with WebGPU and none could be installed.\n' +
      'Install Chromium or Chrome, or set the CHROMIUM variable to its path, or run: npx playwright install chromium',
  );
}
