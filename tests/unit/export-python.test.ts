// The Python programs: their mask against CONTRACT's rule, and, where Python with NumPy is there, the programs themselves against math/.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveProblem, type ResolvedProblem } from '../../src/contract/problem.ts';
import { isVisible } from '../../src/contract/visibility.ts';
import { referenceAttention } from '../../src/math/attention.ts';
import { pythonSnippet } from '../../src/viz/export/python-snippet.ts';
import { CASES, caseTensors } from '../support/cases.ts';
import { provenanceFor } from '../support/export.ts';

const LIBRARIES = ['numpy', 'pytorch'] as const;
const small = CASES.filter(({ problem }) => problem.queryLength <= 60 && (problem.keyLength ?? 0) <= 60);

/** The mask's lines of the program, for one pair of numbers, with Python's operators said in JavaScript. */
function maskOf(program: string): (i: number, j: number) => boolean {
  const settings = program.match(/^causal, left, right, dilation, global_tokens = (.+)$/m)![1]!.split(', ');
  const sizes = program
    .match(/^heads, kv_heads, n, m, d = (.+)$/m)![1]!
    .split(', ')
    .map(Number);
  const lines = program.slice(program.indexOf('p = i + m - n')).split('\n');
  const end = lines.findIndex((line) => line.startsWith('    visible = '));
  const said = lines
    .slice(0, end + 1)
    .join('\n')
    .replaceAll(/ *#.*$/gm, '')
    .replace(/if causal:\n {4}visible = (.+)/, 'visible = causal ? ($1) : visible')
    .replaceAll('&', '&&')
    .replaceAll('|', '||')
    .replaceAll(/(?<![<>=])==(?!=)/g, '===')
    .replaceAll('\n', ';\n');
  const body = `let p, offset, visible; ${said}; return Boolean(visible);`;
  const [causal, ...numbers] = settings.map((word) =>
    word === 'True' ? true : word === 'False' ? false : word === 'inf' ? Infinity : Number(word),
  );
  const names = ['i', 'j', 'n', 'm', 'causal', 'left', 'right', 'dilation', 'global_tokens'];
  const run = new Function(...names, body) as (...given: unknown[]) => boolean;
  return (i, j) => run(i, j, sizes[2], sizes[3], causal, ...numbers);
}

function expectMask(problem: ResolvedProblem, see: (i: number, j: number) => boolean): void {
  for (let i = 0; i < problem.queryLength; i++)
    for (let j = 0; j < problem.keyLength; j++)
      if (see(i, j) !== isVisible(problem, i, j)) throw new Error(`query ${i}, key ${j}: ${see(i, j)}`);
}

describe.each(LIBRARIES)('the %s program', (library) => {
  it.each(small.map((one) => [one.name, one] as const))('masks as the contract says: %s', (_, { problem }) => {
    const provenance = provenanceFor(problem);
    expectMask(provenance.windowed, maskOf(pythonSnippet(library, provenance)));
  });

  it('is one program whatever the source’s name holds', () => {
    const source = { kind: 'text', name: 'a\nimport os\u2028x\u202e"""', seed: null, layer: 1, layers: 2, isMatrix: false } as const; // prettier-ignore
    const program = pythonSnippet(library, provenanceFor({ heads: 1, queryLength: 2, headDim: 2 }, { source }));
    expect(program.match(/^.*import os.*$/m)![0]).toMatch(/^# Source: text, layer 1: a import os x "/);
    expect(program).toContain('0.1.0');
    expect(program).toContain('softmax over visible keys');
    expect(program).toContain('https://lab.test/');
  });
});

describe('the check of the mask', () => {
  it('notices a wrong one', () => {
    const provenance = provenanceFor({ heads: 1, queryLength: 9, headDim: 2, mask: { window: { left: 2, right: 1 } } });
    const wrong = pythonSnippet('numpy', provenance).replace('offset <= right', 'offset < right');
    expect(() => expectMask(provenance.windowed, maskOf(wrong))).toThrow(/query 0, key 1/);
  });
});

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;
const hasTorch =
  spawnSync('python3', ['-c', 'import torch; torch.nn.functional.scaled_dot_product_attention']).status === 0;

/** Runs the program on given tensors and returns what it computed. */
function runNumpy(program: string, tensors: { q: Float32Array; k: Float32Array; v: Float32Array }) {
  const folder = mkdtempSync(join(tmpdir(), 'attention-lab-'));
  try {
    for (const name of ['q', 'k', 'v'] as const) writeFileSync(join(folder, name), tensors[name]);
    const shapes = { q: '(heads, n, d)', k: '(kv_heads, m, d)', v: '(kv_heads, m, d)' };
    const own = (name: 'q' | 'k' | 'v') =>
      `${name} = np.fromfile(${JSON.stringify(join(folder, name))}, dtype=np.float32).reshape${shapes[name]}`;
    let patched = program;
    for (const name of ['q', 'k', 'v'] as const) {
      const before = patched;
      patched = patched.replace(new RegExp(`^${name} = rng.+$`, 'm'), own(name));
      expect(patched).not.toBe(before);
    }
    const end = `\nimport json\nfinite = lambda x: None if np.isinf(x) else float(x)\nprint("@" + json.dumps({"output": output.ravel().tolist(), "lse": [finite(x) for x in log_sum_exp.ravel()]}))\n`;
    writeFileSync(join(folder, 'program.py'), patched + end);
    const printed = execFileSync('python3', ['-W', 'error', join(folder, 'program.py')], { encoding: 'utf8' });
    return JSON.parse(printed.slice(printed.indexOf('@') + 1)) as { output: number[]; lse: (number | null)[] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.runIf(hasNumpy)('Python', () => {
  const names = [
    'grouped heads, ratio three',
    'more queries than keys, causal: first rows see nothing',
    'causal with a useless right window',
    'all tokens global',
    'fewer queries than keys, causal',
    'dilation larger than the window: self only',
  ];
  it.each(names)('gives the numbers of math/: %s', (name) => {
    const one = CASES.find((other) => other.name === name)!;
    const tensors = caseTensors(one);
    const provenance = provenanceFor(one.problem);
    const expected = referenceAttention(resolveProblem(one.problem), tensors);
    const { output, lse } = runNumpy(pythonSnippet('numpy', provenance), tensors);
    expect(output).toHaveLength(expected.output.length);
    output.forEach((value, at) => expect(value).toBeCloseTo(expected.output[at]!, 6));
    lse.forEach((value, at) =>
      value === null
        ? expect(expected.logSumExp[at]).toBe(-Infinity)
        : expect(value).toBeCloseTo(expected.logSumExp[at]!, 6),
    );
  });

  it('runs the program for a ready matrix as it stands', () => {
    const source = { kind: 'file', name: 'a.csv', seed: null, layer: 0, layers: 1, isMatrix: true } as const;
    const problem = { heads: 2, queryLength: 6, headDim: 1, mask: { window: { left: 1, right: 0 } } };
    const program = `${pythonSnippet('numpy', provenanceFor(problem, { source }))}\nprint("@", weights.sum())`;
    expect(Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }).split('@')[1])).toBeCloseTo(12, 6);
  });
});

describe.runIf(hasTorch)('PyTorch', () => {
  it('agrees with its own fused kernel', () => {
    const problem = { heads: 4, kvHeads: 2, queryLength: 12, headDim: 8, mask: { causal: true, window: { left: 3, right: 0 } } }; // prettier-ignore
    const printed = execFileSync('python3', ['-c', pythonSnippet('pytorch', provenanceFor(problem))], { encoding: 'utf8' }); // prettier-ignore
    expect(Number(printed.match(/fused kernel: (\S+)/)![1])).toBeLessThan(1e-5);
  });
});
