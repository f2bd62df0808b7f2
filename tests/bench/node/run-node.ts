// `npm run bench -- --node`, alone or with `--peers`: bundles the Node program and starts it. What it prints and writes is its own; see `program.ts`.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium } from '../../../src/tools/chromium.mjs';
import { runCommand } from '../../../src/tools/run-command.mjs';
import { bundleProgram } from '../bundle.ts';
import { ensureBenchPackages } from '../install.ts';
import type { NodeCommand, NodePeersCommand } from '../options.ts';
import { BENCH, BUILT, PACKAGES, RESULTS } from '../places.ts';
import { findDawn } from './dawn.ts';
import { findOrt, ORT_FILES } from './ort-files.ts';

export const PROGRAM = 'attention-lab-bench.mjs';

function ownFlags(command: NodeCommand | NodePeersCommand): string[] {
  if (command.form === 'node') return command.tunes ? [] : ['--no-tune'];
  const { cases, only, rounds, budgetSeconds } = command;
  return ['--peers', `--cases=${cases}`, `--only=${only}`, `--rounds=${rounds}`, `--budget=${budgetSeconds}`];
}

function copyOrt(): void {
  const [from, to] = [findOrt(join(BUILT, 'nowhere'), PACKAGES), join(BUILT, 'node/onnxruntime-web')];
  mkdirSync(to, { recursive: true });
  for (const name of ORT_FILES) copyFileSync(join(from, name), join(to, name));
}

export async function runNode(command: NodeCommand | NodePeersCommand): Promise<number> {
  await ensureBenchPackages();
  const program = await bundleProgram(join(BENCH, 'node/program.ts'), PROGRAM);
  // Beside the program, so that the folder can be carried to a machine without npm as it is.
  copyFileSync(findDawn(join(BUILT, 'nowhere'), PACKAGES), join(BUILT, 'node/dawn.node'));
  copyOrt();
  mkdirSync(RESULTS, { recursive: true });
  const flags = command.dawnFlags.map((flag) => `--dawn-flag=${flag}`);
  const chromium = findChromium();
  const { code } = await runCommand([
    process.execPath,
    program,
    ...(command.grid === 'full' ? ['--full'] : []),
    ...ownFlags(command),
    ...flags,
    ...(chromium ? [`--chromium=${chromium}`] : []),
    `--out=${RESULTS}`,
  ]);
  return code;
}
