// Finds a Firefox, or installs one. Used by the end-to-end tests, which drive it over WebDriver BiDi with puppeteer-core.
// Order: the FIREFOX variable, a system Firefox, Debian's package (as root). Playwright's own Firefox is not one: it speaks no BiDi.
import { findProgram, installPackages } from './programs.mjs';

/** WebGPU is still behind preferences where Firefox runs on Linux; without a usable adapter the page takes the processor. */
export const WEBGPU_PREFS = {
  'dom.webgpu.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

/** The path of a Firefox already on this machine, or null. @returns {string | null} */
export function findFirefox() {
  return findProgram({
    variable: 'FIREFOX',
    names: ['firefox-esr', 'firefox'],
    places: ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
  });
}

/** Finds or installs a Firefox; null, with advice on the terminal, when none can be had. @returns {string | null} */
export function ensureFirefox() {
  const found = findFirefox();
  if (found) return found;
  console.log('No Firefox found; installing one.');
  installPackages(['firefox-esr']);
  const installed = findFirefox();
  if (!installed)
    console.error(
      'The tests in Firefox need a Firefox and none could be installed.\n' +
        'Install Firefox or Firefox ESR, or set the FIREFOX variable to its path.',
    );
  return installed;
}
