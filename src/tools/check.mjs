// `npm run check`: types, Svelte, lint and format, two at a time, every complaint printed. Also the first part of `npm test`.
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { packageCommand, runCommand } from './run-command.mjs';

const CHECKS = [
  { name: 'types', command: () => [...packageCommand('typescript', 'tsc'), '-p', '.'] },
  {
    name: 'svelte',
    command: () => [
      ...packageCommand('svelte-check'),
      '--tsconfig=./tsconfig.json',
      '--output=human',
      '--fail-on-warnings',
    ],
  },
  { name: 'lint', command: () => [...packageCommand('oxlint'), '--deny-warnings'] },
  { name: 'format', command: () => [...packageCommand('prettier'), '--check', '.'] },
];

/** Runs every check; true when all pass. Builds first what the types need (the messages). */
export async function check() {
  await build({ until: 'messages' });
  const waiting = [...CHECKS];
  let allPass = true;
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { code, output, seconds } = await runCommand(next.command(), { quiet: true });
      allPass &&= code === 0;
      console.log(`${code === 0 ? '✓' : '✗'} ${next.name} ${seconds.toFixed(1)} s${code === 0 ? '' : `\n${output}`}`);
    }
  };
  await Promise.all([work(), work()]);
  return allPass;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = (await check()) ? 0 : 1;
