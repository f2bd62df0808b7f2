// Finds a Chromium that can run WebGPU, or installs one. Used by the tests, the benchmarks and the README's screenshot.
// Order: the CHROMIUM variable, a system Chromium or Chrome, Playwright's own, Debian's package (as root), Playwright's download.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, installPackages, runs } from './programs.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'microsoft-edge'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** What Playwright itself switches off, since a second `--disable-features` replaces its own. A unit test compares. */
export const PLAYWRIGHTS_DISABLED = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
];

/**
 * Pages for suggestions below the address bar. Chromium 156, unlike 150, loads two of them beside every page that is opened,
 * headless, too: 0.8 s of a core for each page.
 */
const SUGGESTION_PAGES = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'];

/** Flags that give WebGPU on SwiftShader where there is no GPU. */
export const WEBGPU_FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  `--disable-features=${[...PLAYWRIGHTS_DISABLED, ...SUGGESTION_PAGES].join(',')}`,
];

/** The path of a Chromium already on this machine, or null. @returns {string | null} */
export function findChromium() {
  return findProgram({ variable: 'CHROMIUM', names: NAMES, places: PLACES });
}

/** @returns {Promise<string | null>} */
async function findPlaywrights() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return path && existsSync(path) ? path : null;
}

/** Finds or installs a Chromium. Throws with every way to help when none can be had. @returns {Promise<string>} */
export async function ensureChromium() {
  const found = findChromium() ?? (await findPlaywrights());
  if (found) return found;
  console.log('No Chromium found; installing one.');
  installPackages(['chromium', 'fonts-noto-cjk']);
  const installed = findChromium();
  if (installed) return installed;
  runs(process.execPath, [join('node_modules', 'playwright', 'cli.js'), 'install', 'chromium']);
  const downloaded = await findPlaywrights();
  if (downloaded) return downloaded;
  throw new Error(
    'These tests need a Chromium with WebGPU and none could be installed.\n' +
      'Install Chromium or Chrome, or set the CHROMIUM variable to its path, or run: npx playwright install chromium',
  );
}
