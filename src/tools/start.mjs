// `npm start`: installs what is missing, builds what has changed, serves dist/ and prints the address.
// Needs nothing but Node: whatever comes from a package is imported after the install.
import { join } from 'node:path';
import { ensureInstalled, requireNode } from './install.mjs';
import { ROOT } from './run-command.mjs';

const DEFAULT_PORT = 4173;
const PORTS_TO_TRY = 20;

/** The port of the PORT variable, or null when it is not set. */
function chosenPort() {
  const text = process.env['PORT'];
  if (!text) return null;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`PORT is ${text}, but a port is a whole number from 1 to 65535.`);
  return port;
}

/** @param {unknown} error */
const codeOf = (error) => /** @type {NodeJS.ErrnoException} */ (error).code;

/** @param {number | null} port */
async function serveOn(port) {
  const { serve } = await import('./serve.mjs');
  const root = join(ROOT, 'dist');
  if (port !== null)
    return serve({ root, port }).catch((error) => {
      if (codeOf(error) === 'EADDRINUSE') throw new Error(`Port ${port} is taken. Choose another with PORT=NNNN.`);
      if (codeOf(error) === 'EACCES') throw new Error(`Port ${port} needs more rights than this user has.`);
      throw error;
    });
  for (let candidate = DEFAULT_PORT; candidate < DEFAULT_PORT + PORTS_TO_TRY; candidate++)
    try {
      return await serve({ root, port: candidate });
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error;
    }
  throw new Error(`Ports ${DEFAULT_PORT} to ${DEFAULT_PORT + PORTS_TO_TRY - 1} are taken. Choose one with PORT=NNNN.`);
}

async function start() {
  requireNode();
  const unused = process.argv.slice(2).join(' ');
  if (unused) throw new Error(`npm start takes no arguments, but got ${unused}. A port is chosen with PORT=NNNN.`);
  const port = chosenPort();
  await ensureInstalled();
  const { build } = await import('./build.mjs');
  await build();
  const site = await serveOn(port);
  console.log(`\nAttention Lab is at ${site.url}\nCtrl+C stops it.`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => site.close().then(() => process.exit(0)));
}

start().catch((/** @type {Error} */ error) => {
  console.error(`\n${error.message}`);
  process.exitCode = 1;
});
