// Seeded inputs and the float64 answer that every contestant is held to. Arrays are `[n, heads, d]`.
// Not `src/math`: the answer is made from the cases' own mask rule, so that a mistake in ours would show.
import { visibleKeys, type PeerCase } from './cases.ts';
import type { CaseData } from './host-core.ts';

/** Standard normal numbers (mulberry32 and Box-Muller), rounded to float32. */
export function randomNormal(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    numbers[i] = radius * Math.cos(angle);
    if (i + 1 < count) numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers;
}

/** `[n, heads, d]` to head `h`'s `[n, d]` in float64. */
function headRows(tensor: Float32Array, h: number, { n, heads, d }: PeerCase): Float64Array {
  const rows = new Float64Array(n * d);
  for (let i = 0; i < n; i++) for (let x = 0; x < d; x++) rows[i * d + x] = tensor[(i * heads + h) * d + x]!;
  return rows;
}

/** @returns the queries `rows` of it, `[rows, heads, d]` */
export function attentionFloat64(
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  problem: PeerCase,
  rows: Uint32Array,
): Float64Array {
  const { n, heads, d } = problem;
  const scale = 1 / Math.sqrt(d);
  const output = new Float64Array(rows.length * heads * d);
  const scores = new Float64Array(n);
  const row = new Float64Array(d);
  for (let h = 0; h < heads; h++) {
    const qh = headRows(q, h, problem);
    const kh = headRows(k, h, problem);
    const vh = headRows(v, h, problem);
    for (const [place, i] of rows.entries()) {
      const [from, to] = visibleKeys(i, problem);
      let max = -Infinity;
      for (let j = from; j < to; j++) {
        let dot = 0;
        for (let x = 0; x < d; x++) dot += qh[i * d + x]! * kh[j * d + x]!;
        scores[j] = dot * scale;
        max = Math.max(max, scores[j]!);
      }
      let sum = 0;
      row.fill(0);
      for (let j = from; j < to; j++) {
        const weight = Math.exp(scores[j]! - max);
        sum += weight;
        for (let x = 0; x < d; x++) row[x]! += weight * vh[j * d + x]!;
      }
      const at = (place * heads + h) * d;
      for (let x = 0; x < d; x++) output[at + x] = row[x]! / sum;
    }
  }
  return output;
}

/** Of longer sequences so many rows are checked, the first and the last among them: all would take minutes in float64. */
const MOST_ROWS = 2048;

function checkedRows(n: number): Uint32Array {
  const count = Math.min(n, MOST_ROWS);
  return Uint32Array.from({ length: count }, (_, place) => Math.round((place * (n - 1)) / Math.max(1, count - 1)));
}

/** A case's inputs, `[n, heads, d]`, standard normal and seeded by its length, and its checked answer. */
export function caseData(problem: PeerCase): CaseData {
  const { n, heads, d } = problem;
  const normal = (seed: number) => randomNormal(n * heads * d, seed + n);
  const [q, k, v] = [normal(1), normal(2), normal(3)];
  const rows = checkedRows(n);
  return { q, k, v, rows, expected: attentionFloat64(q, k, v, problem, rows) };
}
