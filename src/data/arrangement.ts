// Decides what the arrays of a file are: Q, K and V, or a ready matrix of weights, and for how many heads. Never alters a
// number; what is odd but usable becomes a note, what is not becomes a refusal. Called by `import.ts`.
import { MAX_HEADS, MAX_HEAD_DIM, MAX_LENGTH } from '../contract/problem.ts';
import type { FileArray } from './array.ts';
import { refuse } from './refuse.ts';
import { groupOf, roleOf, type Role } from './roles.ts';

/** Arrays by role, each `[heads, rows, columns]`. */
export interface Stack {
  array: FileArray;
  heads: number;
  rows: number;
  columns: number;
}
export type Arrangement =
  { kind: 'qkv'; q: Stack; k: Stack; v: Stack; notes: string[] } | { kind: 'matrix'; weights: Stack; notes: string[] };

const ROW_SUM_TOLERANCE = 1e-3;

function stackOf(file: string, array: FileArray): Stack {
  const shape = array.shape.length === 4 && array.shape[0] === 1 ? array.shape.slice(1) : array.shape;
  const [heads, rows, columns] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length < 2 || shape.length > 3 || heads === undefined || rows === undefined || columns === undefined)
    return refuse(file, 'dimensions-unknown', {
      value: `${array.name} [${array.shape.join(', ')}]`,
      allowed: '[rows, columns], [heads, rows, columns] or [1, heads, rows, columns]',
    });
  if (heads > MAX_HEADS || rows > MAX_LENGTH || columns > MAX_LENGTH)
    return refuse(file, 'shape-too-large', {
      value: array.shape,
      allowed: `at most ${MAX_HEADS} heads and ${MAX_LENGTH} positions`,
    });
  return { array, heads, rows, columns };
}

/** Whether rows are distributions: no number below 0, sums of 1. */
function judgeRows({ array, columns }: Stack): { hasNegative: boolean; sumsToOne: boolean } {
  let hasNegative = false;
  let sumsToOne = true;
  for (let start = 0; start < array.values.length; start += columns) {
    let sum = 0;
    for (let n = start; n < start + columns; n++) {
      sum += array.values[n]!;
      if (array.values[n]! < 0) hasNegative = true;
    }
    if (Math.abs(sum - 1) > ROW_SUM_TOLERANCE) sumsToOne = false;
  }
  return { hasNegative, sumsToOne };
}

function matrix(weights: Stack, notes: string[]): Arrangement {
  const { hasNegative, sumsToOne } = judgeRows(weights);
  const remarks = [...notes];
  if (!sumsToOne) remarks.push('rows-do-not-sum-to-one');
  if (hasNegative) remarks.push('negative-values');
  return { kind: 'matrix', weights, notes: remarks };
}

function queriesKeysValues(file: string, q: Stack, k: Stack, given: Stack | null, notes: string[]): Arrangement {
  const v = given ?? { ...k };
  const agree = q.columns === k.columns && q.heads % k.heads === 0;
  if (!agree || v.heads !== k.heads || v.rows !== k.rows || v.columns !== k.columns)
    refuse(file, 'shapes-disagree', {
      value: [q, k, v].map(({ array }) => `${array.name} [${array.shape.join(', ')}]`).join(', '),
      allowed: 'q [H, N, D] with k and v [G, M, D], H a multiple of G',
    });
  if (q.columns > MAX_HEAD_DIM)
    refuse(file, 'shape-too-large', {
      value: q.columns,
      allowed: `a head dimension of at most ${MAX_HEAD_DIM}`,
      numbers: { found: q.columns, most: MAX_HEAD_DIM },
    });
  return { kind: 'qkv', q, k, v, notes: given ? notes : [...notes, 'v-missing-used-k'] };
}

/** A nameless array `[3, …]`: Q, K and V one after the other, sharing its memory. */
function unstack(file: string, array: FileArray): Arrangement {
  const size = array.values.length / 3;
  const [q, k, v] = [0, 1, 2].map((n) =>
    stackOf(file, {
      name: `${array.name}[${n}]`,
      shape: array.shape.slice(1),
      type: array.type,
      values: array.values.subarray(n * size, (n + 1) * size),
    }),
  ) as [Stack, Stack, Stack];
  return queriesKeysValues(file, q, k, v, ['stacked-qkv']);
}

/** One array without a role: a matrix if its rows are distributions, a stack of three, or a question back. */
export function arrangeNameless(file: string, array: FileArray): Arrangement {
  if (array.shape.length >= 2 && array.shape.length <= 3 + Number(array.shape[0] === 1)) {
    const stack = stackOf(file, array);
    const { hasNegative, sumsToOne } = judgeRows(stack);
    if (sumsToOne && !hasNegative) return matrix(stack, []);
  }
  if (array.shape[0] === 3 && array.shape.length >= 3) return unstack(file, array);
  return refuse(file, 'dimensions-unknown', {
    value: `[${array.shape.join(', ')}]`,
    allowed: 'rows that sum to 1 (weights), or [3, …] for q, k and v',
  });
}

/** A table is shown as the matrix it is, with remarks. */
export function arrangeTable(file: string, array: FileArray): Arrangement {
  return matrix(stackOf(file, array), []);
}

type Group = Map<Role, FileArray>;

function gather(file: string, arrays: readonly FileArray[]): Group {
  const group: Group = new Map();
  for (const array of arrays) {
    const role = roleOf(array.name)!;
    const other = group.get(role);
    if (other)
      refuse(file, 'arrays-ambiguous', { value: `${other.name}, ${array.name}`, allowed: `one array for ${role}` });
    group.set(role, array);
  }
  return group;
}

const isUsable = (group: Group) => group.has('weights') || (group.has('q') && group.has('k'));

/** Named arrays: the first layer that is complete; its Q, K, V before its weights. */
export function arrangeNamed(file: string, arrays: readonly FileArray[]): Arrangement {
  const known = arrays.filter(({ name }) => roleOf(name) !== null);
  const layers = new Map<string, FileArray[]>();
  for (const array of known) {
    const layer = groupOf(array.name);
    layers.set(layer, [...(layers.get(layer) ?? []), array]);
  }
  const complete = [...layers.values()].map((members) => gather(file, members)).filter(isUsable);
  const group = complete[0] ?? gather(file, known);
  const notes = complete.length > 1 ? ['several-layers-took-first'] : [];
  const [q, k, v, weights] = (['q', 'k', 'v', 'weights'] as const).map((role) => {
    const array = group.get(role);
    return array ? stackOf(file, array) : null;
  });
  if (q && k) return queriesKeysValues(file, q, k, v ?? null, notes);
  if (weights) return matrix(weights, notes);
  return refuse(file, 'arrays-missing', {
    value: arrays.map(({ name }) => name).join(', '),
    allowed: 'arrays named q and k (and v), or weights',
  });
}
