import { expect, test } from 'vitest';
import { parseCommand } from '../bench/options.ts';

test('no option asks for the quick grid in a browser, tuned, on SwiftShader', () => {
  expect(parseCommand([])).toEqual({
    form: 'grid',
    grid: 'quick',
    tunes: true,
    cases: '',
    only: '',
    usesOwnGpu: false,
  });
});

test('the large grid and default plans can be asked for', () => {
  expect(parseCommand(['--full', '--no-tune', '--own-gpu'])).toEqual({
    form: 'grid',
    grid: 'full',
    tunes: false,
    cases: '',
    only: '',
    usesOwnGpu: true,
  });
});

test('flags for Dawn are passed on in order', () => {
  const flags = ['disable-dawn-features=timestamp_quantization', 'backend=vulkan'];
  expect(parseCommand(['--node', ...flags.flatMap((flag) => ['--dawn-flag', flag])])).toEqual({
    form: 'node',
    grid: 'quick',
    tunes: true,
    dawnFlags: flags,
  });
});

test('a part of the contestants’ run can be chosen', () => {
  const command = parseCommand(['--peers', '--cases', '512,1024', '--only', 'jax', '--rounds', '3', '--budget=10']);
  expect(command).toEqual({
    form: 'peers',
    cases: '512,1024',
    only: 'jax',
    rounds: 3,
    budgetSeconds: 10,
    barsOnly: false,
    usesOwnGpu: false,
  });
});

test.each([
  [['--node', '--peers'], '--node and --peers are different runs'],
  [['--quick', '--full'], 'exclude each other'],
  [['--picture', '--cases', '512'], '--cases says nothing to --picture'],
  [['--node', '--own-gpu'], '--own-gpu says nothing to --node'],
  [['--peers', '--full'], '--full says nothing to --peers'],
  [['--peers', '--rounds', 'many'], '--rounds is many'],
  [['--peers', '--budget', '0'], '--budget is 0'],
  [['--fast'], "'--fast'"],
])('%j is refused with a sentence', (args, sentence) => {
  expect(() => parseCommand(args)).toThrow(sentence);
});

test('the picture has rounds and nothing else to choose', () => {
  expect(parseCommand(['--picture', '--rounds', '3'])).toEqual({ form: 'picture', rounds: 3, usesOwnGpu: false });
  expect(() => parseCommand(['--picture', '--full'])).toThrow('--full says nothing to --picture');
});
