// The attention problems that all contestants solve, and which keys their queries see. Pure; read by the runner and in the page.
// Shapes are [n, heads, d]; batch 1, float32.

export interface PeerCase {
  /** Names the case, e.g. `1024x8x64-causal-w128`. */
  key: string;
  n: number;
  heads: number;
  d: number;
  causal: boolean;
  /** Keys on each side that a query sees, its own counted in: `i − j < window`, and `j − i < window` when not causal. */
  window: number | null;
}

const SHAPES = [
  [128, 4, 64],
  [512, 4, 64],
  [1024, 8, 64],
  [2048, 8, 64],
] as const;

function caseKey({ n, heads, d, causal, window }: Omit<PeerCase, 'key'>): string {
  const mask = window !== null ? `${causal ? 'causal' : 'band'}-w${window}` : causal ? 'causal' : 'full';
  return `${n}x${heads}x${d}-${mask}`;
}

export function peerCases(): PeerCase[] {
  const cases: Omit<PeerCase, 'key'>[] = [];
  for (const [n, heads, d] of SHAPES) {
    const shape = { n, heads, d };
    cases.push({ ...shape, causal: false, window: null }, { ...shape, causal: true, window: null });
    if (n >= 1024) cases.push({ ...shape, causal: true, window: 128 });
    if (n === 1024) cases.push({ ...shape, causal: false, window: 128 });
  }
  return cases.map((one) => ({ ...one, key: caseKey(one) }));
}

const DEVICE_SHAPES = [
  [4096, 8, 64],
  [8192, 8, 64],
  [16384, 8, 64],
  [4096, 4, 128],
  [8192, 4, 128],
  [16384, 4, 128],
] as const;

/** Long sequences, full and by a window: what a real GPU is for. */
export function deviceCases(): PeerCase[] {
  return DEVICE_SHAPES.flatMap(([n, heads, d]) => {
    const full = { n, heads, d, causal: false, window: null };
    const windowed = d === 64 ? [{ ...full, causal: true, window: 128 }] : [];
    return [full, ...windowed].map((one) => ({ ...one, key: caseKey(one) }));
  });
}

/** The keys query `i` sees, `[from, to)`. */
export function visibleKeys(i: number, { n, causal, window }: PeerCase): [number, number] {
  const from = window === null ? 0 : Math.max(0, i - window + 1);
  return [from, causal ? i + 1 : window === null ? n : Math.min(n, i + window)];
}

/** (Query, key) pairs one head needs. */
export function visiblePairs(problem: PeerCase): number {
  let pairs = 0;
  for (let i = 0; i < problem.n; i++) {
    const [from, to] = visibleKeys(i, problem);
    pairs += to - from;
  }
  return pairs;
}

/** For contestants without a mask of their own: `[n, n]`, 0 where a key is seen and very negative elsewhere; null when all are. */
export function additiveMask(problem: PeerCase): Float32Array | null {
  if (!problem.causal && problem.window === null) return null;
  const { n } = problem;
  const mask = new Float32Array(n * n).fill(-1e9);
  for (let i = 0; i < n; i++) {
    const [from, to] = visibleKeys(i, problem);
    mask.fill(0, i * n + from, i * n + to);
  }
  return mask;
}
