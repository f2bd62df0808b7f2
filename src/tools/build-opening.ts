// Writes `public/opening.json`: the example text's weights at the opening setting, by the float64 reference, from the recorded Q, K, V.
// `npx tsx src/tools/build-opening.ts`. The page paints it before its worker has started.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TRAINED_TOKENS } from '../contract/encoder.ts';
import { resolveProblem, type AttentionMask } from '../contract/problem.ts';
import { visiblePairs } from '../contract/visibility.ts';
import { parseExample } from '../encoder/example-file.ts';
import { referenceAttention } from '../math/attention.ts';
import { referenceWeights } from '../math/weights.ts';
import { OPENING_SETTING } from '../params/opening.ts';
import { writeOpening, type OpeningPicture } from '../params/opening-picture.ts';
import { flops } from '../theory/attention-cost.ts';
import { buildExample, EXAMPLE_PATH } from './build-example.ts';

const OPENING_PATH = join(fileURLToPath(new URL('../../', import.meta.url)), 'public/opening.json');
const HEAD = 0;

/** Largest |Δ| of each row over heads and dimensions `[H, N, D]` → `[N]`, and where the largest of all is. */
function compareOutputs(full: Float64Array, windowed: Float64Array, N: number, D: number) {
  const perRow = new Float32Array(N);
  let largest = { value: 0, head: 0, query: 0 };
  full.forEach((value, index) => {
    const query = Math.floor(index / D) % N;
    const difference = Math.abs(windowed[index]! - value);
    perRow[query] = Math.max(perRow[query]!, difference);
    if (difference > largest.value) largest = { value: difference, head: Math.floor(index / (N * D)), query };
  });
  const largestOutput = full.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { largest: largest.value, head: largest.head, query: largest.query, perRow, largestOutput };
}

function openingPicture(): OpeningPicture {
  const { heads, headDim, scale, layer, layers, pieces, q, k, v } = parseExample(readFileSync(EXAMPLE_PATH));
  const N = pieces.length;
  const problem = (mask: AttentionMask) => resolveProblem({ heads, queryLength: N, headDim, scale, mask });
  const problems = { full: problem({}), windowed: problem({ window: OPENING_SETTING }) };
  const outputs = {
    full: referenceAttention(problems.full, { q, k, v }).output,
    windowed: referenceAttention(problems.windowed, { q, k, v }).output,
  };
  const view = {
    head: HEAD,
    rows: [0, N] as [number, number],
    columns: [0, N] as [number, number],
    height: N,
    width: N,
    pooling: 'max' as const,
  };
  // Not timed: nothing shows the times of generation 0.
  const summary = (variant: 'full' | 'windowed') => ({
    pairs: visiblePairs(problems[variant]),
    timing: { wall: 0, flops: flops(problems[variant]), bytes: 0 },
  });
  return {
    source: {
      kind: 'example',
      length: N,
      keyLength: N,
      heads,
      kvHeads: heads,
      headDim,
      scale,
      tokens: pieces,
      layer,
      layers,
      extrapolatedFrom: N > TRAINED_TOKENS ? TRAINED_TOKENS : null,
      unknown: [],
      isMatrix: false,
      understood: null,
      wallMs: 0,
    },
    computed: {
      generation: 0,
      backend: { kind: 'cpu', features: [], threads: 1 },
      length: N,
      keyLength: N,
      heads,
      headDim,
      full: summary('full'),
      windowed: summary('windowed'),
      error: compareOutputs(outputs.full, outputs.windowed, N, headDim),
    },
    picture: {
      ...view,
      generation: 0,
      full: Float32Array.from(referenceWeights(problems.full, { q, k }, view)),
      windowed: Float32Array.from(referenceWeights(problems.windowed, { q, k }, view)),
      wallMs: 0,
    },
  };
}

await buildExample();
writeFileSync(OPENING_PATH, writeOpening(openingPicture()));
process.stdout.write(`Wrote ${OPENING_PATH} (${statSync(OPENING_PATH).size} bytes)\n`);
