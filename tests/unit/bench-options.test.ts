import { expect, test } from 'vitest';
import { parseCommand } from '../bench/options.ts';
import { shapeName, SHAPES } from '../bench/picture/result.ts';
import { isSelected } from '../bench/selection.ts';

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

test('contestants on Dawn in Node are a form of their own', () => {
  const args = ['--node', '--peers', '--full', '--cases', '4096', '--dawn-flag', 'backend=vulkan'];
  expect(parseCommand(args)).toEqual({
    form: 'node-peers',
    grid: 'full',
    cases: '4096',
    only: '',
    rounds: 7,
    budgetSeconds: 40,
    dawnFlags: ['backend=vulkan'],
  });
});

test('shapes and parts of the pictures’ run can be chosen', () => {
  expect(parseCommand(['--picture', '--cases', 'n=512,n=1024', '--only', 'webgpu', '--rounds', '9'])).toEqual({
    form: 'picture',
    cases: 'n=512,n=1024',
    only: 'webgpu',
    rounds: 9,
    usesOwnGpu: false,
  });
  expect(SHAPES.filter((shape) => isSelected(shapeName(shape), 'n=512,4096 256'))).toEqual([
    { length: 512, side: 512 },
    { length: 4096, side: 256 },
  ]);
});

test.each([
  [['--node', '--picture'], '--node and --picture are different runs'],
  [['--node', '--peers', '--picture'], '--node and --peers and --picture are different runs'],
  [['--node', '--peers', '--bars'], '--bars says nothing to --node --peers'],
  [['--quick', '--full'], 'exclude each other'],
  [['--picture', '--budget', '5'], '--budget says nothing to --picture'],
  [['--node', '--own-gpu'], '--own-gpu says nothing to --node'],
  [['--peers', '--full'], '--full says nothing to --peers'],
  [['--peers', '--rounds', 'many'], '--rounds is many'],
  [['--peers', '--budget', '0'], '--budget is 0'],
  [['--fast'], "'--fast'"],
])('%j is refused with a sentence', (args, sentence) => {
  expect(() => parseCommand(args)).toThrow(sentence);
});

test('a run of pictures takes all shapes unless told, and no grid', () => {
  expect(parseCommand(['--picture', '--rounds', '3'])).toMatchObject({
    form: 'picture',
    cases: '',
    only: '',
    rounds: 3,
  });
  expect(() => parseCommand(['--picture', '--full'])).toThrow('--full says nothing to --picture');
});
