// `npm run bench`: reads the command line and runs one of its forms.
import { parseCommand, USAGE, type BenchCommand } from './options.ts';

async function run(command: BenchCommand): Promise<number> {
  if (command.form === 'peers') return (await import('./peers/run-peers.ts')).runPeers(command);
  if (command.form === 'node' || command.form === 'node-peers')
    return (await import('./node/run-node.ts')).runNode(command);
  if (command.form === 'picture') return (await import('./picture/run-picture.ts')).runPicture(command);
  if (command.form === 'mixers') return (await import('./mixers/run-mixers.ts')).runMixers(command);
  if (command.form === 'zero-shot') return (await import('./zero-shot/run-zero-shot.ts')).runZeroShot(command);
  return (await import('./grid/run-grid.ts')).runGrid(command);
}

const args = process.argv.slice(2);
if (args.includes('--help')) console.log(USAGE);
else
  try {
    process.exitCode = await run(parseCommand(args));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
