// The command line of `npm run bench`. Pure; refuses what it does not know.
import { parseArgs } from 'node:util';
import type { BenchmarkSize } from '../../src/theory/benchmark-cases.ts';

export interface GridCommand {
  form: 'grid';
  grid: BenchmarkSize;
  tunes: boolean;
  /** Comma-separated parts of names of cases and backends; empty takes all. */
  cases: string;
  only: string;
  usesOwnGpu: boolean;
}

export interface NodeCommand {
  form: 'node';
  grid: BenchmarkSize;
  tunes: boolean;
  /** Passed on to Dawn, e.g. `disable-dawn-features=timestamp_quantization`. */
  dawnFlags: string[];
}

export interface PeersCommand {
  form: 'peers';
  /** Comma-separated parts of names; empty takes all. */
  cases: string;
  only: string;
  rounds: number;
  /** Seconds that one contestant's rounds of one case may take. */
  budgetSeconds: number;
  /** Only the cases and contestants that the bars need. */
  barsOnly: boolean;
  usesOwnGpu: boolean;
}

/** The contestants that run on Dawn in Node. */
export interface NodePeersCommand extends Omit<PeersCommand, 'form' | 'barsOnly' | 'usesOwnGpu'> {
  form: 'node-peers';
  /** `full`: the long sequences that are for a real GPU. */
  grid: BenchmarkSize;
  dawnFlags: string[];
}

export interface PictureCommand {
  form: 'picture';
  /** Comma-separated parts of names of shapes, and of webgpu, cpu, passing and memory; empty takes all. */
  cases: string;
  only: string;
  rounds: number;
  usesOwnGpu: boolean;
}

export interface MixersCommand {
  form: 'mixers';
  usesOwnGpu: boolean;
}

export interface ZeroShotCommand {
  form: 'zero-shot';
  /** Stops after the development texts: what templates and descriptions may be chosen by. */
  developmentOnly: boolean;
  usesOwnGpu: boolean;
}

export type BenchCommand =
  GridCommand | NodeCommand | NodePeersCommand | PeersCommand | PictureCommand | MixersCommand | ZeroShotCommand;

export const USAGE = `npm run bench [-- OPTIONS]          our kernels over a grid of shapes and masks, in a browser
npm run bench -- --node [OPTIONS]   the GPU's kernels on Dawn in Node, for a machine without a browser
npm run bench -- --peers [OPTIONS]  other libraries and ours in turns, as ratios
npm run bench -- --node --peers     those of them that run on Dawn in Node, for a machine without a browser
npm run bench -- --picture          a head's picture beside its attention
npm run bench -- --mixers           attention beside recurrence and convolution, heads, speed-ups
npm run bench -- --zero-shot        the encoder as a classifier: scores with intervals, sentences per second

  --quick, --full         the small grid, which is the default, or the large one
  --no-tune               keep the default plans
  --own-gpu               the machine's own GPU instead of SwiftShader (browser only)
  --dawn-flag FLAG        for Dawn, repeatable (--node only)
  --cases A,B --only A,B  parts of names of cases and contestants; A$ must end the name (a grid's backends: webgpu, cpu;
                         a picture's cases: n=512 …, its parts: webgpu, cpu, passing, memory)
  --rounds 7              samples of each contestant; 5 for n of 1,024 and more (--peers, --picture)
  --budget 40             seconds for one contestant's rounds of one case (--peers only)
  --development           stop after the texts that labels may be chosen by (--zero-shot only)
  --bars                  only what the bars need (--peers only)`;

const SCHEMA = {
  node: { type: 'boolean', default: false },
  peers: { type: 'boolean', default: false },
  picture: { type: 'boolean', default: false },
  mixers: { type: 'boolean', default: false },
  'zero-shot': { type: 'boolean', default: false },
  development: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  'no-tune': { type: 'boolean', default: false },
  'own-gpu': { type: 'boolean', default: false },
  'dawn-flag': { type: 'string', multiple: true, default: [] as string[] },
  cases: { type: 'string', default: '' },
  only: { type: 'string', default: '' },
  rounds: { type: 'string', default: '7' },
  budget: { type: 'string', default: '40' },
  bars: { type: 'boolean', default: false },
} as const;

const ALLOWED: Record<BenchCommand['form'], readonly string[]> = {
  'node-peers': ['node', 'peers', 'quick', 'full', 'cases', 'only', 'rounds', 'budget', 'dawn-flag'],
  grid: ['quick', 'full', 'no-tune', 'cases', 'only', 'own-gpu'],
  node: ['node', 'quick', 'full', 'no-tune', 'dawn-flag'],
  picture: ['picture', 'cases', 'only', 'rounds', 'own-gpu'],
  mixers: ['mixers', 'own-gpu'],
  'zero-shot': ['zero-shot', 'development', 'own-gpu'],
  peers: ['peers', 'cases', 'only', 'rounds', 'budget', 'bars', 'own-gpu'],
};

/** Throws with a sentence for the terminal. */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is ${text}; it must be a number above 0.`);
}

/** Throws with a sentence for the terminal. */
export function parseCommand(args: readonly string[]): BenchCommand {
  const { values, tokens } = parseArgs({ args: [...args], options: SCHEMA, tokens: true });
  const given = (['node', 'peers', 'picture', 'mixers', 'zero-shot'] as const).filter((name) => values[name]);
  const isOnNode = values.node && values.peers;
  if (given.length > (isOnNode ? 2 : 1)) throw new Error(`--${given.join(' and --')} are different runs.`);
  if (values.quick && values.full) throw new Error('--quick and --full exclude each other.');
  const form = isOnNode ? 'node-peers' : (given[0] ?? 'grid');
  for (const token of tokens)
    if (token.kind === 'option' && !ALLOWED[form].includes(token.name))
      throw new Error(`--${token.name} says nothing to ${form === 'grid' ? 'this form' : `--${given.join(' --')}`}.`);
  const grid = values.full ? 'full' : 'quick';
  const tunes = !values['no-tune'];
  const usesOwnGpu = values['own-gpu'];
  const { cases, only } = values;
  if (form === 'grid') return { form, grid, tunes, cases, only, usesOwnGpu };
  if (form === 'node') return { form, grid, tunes, dawnFlags: values['dawn-flag'] };
  if (form === 'mixers') return { form, usesOwnGpu };
  if (form === 'zero-shot') return { form, developmentOnly: values.development, usesOwnGpu };
  const rounds = Math.round(positive('rounds', values.rounds));
  if (form === 'picture') return { form, cases, only, rounds, usesOwnGpu };
  const budgetSeconds = positive('budget', values.budget);
  if (form === 'node-peers') return { form, grid, cases, only, rounds, budgetSeconds, dawnFlags: values['dawn-flag'] };
  return { form, cases, only, rounds, budgetSeconds, barsOnly: values.bars, usesOwnGpu };
}
