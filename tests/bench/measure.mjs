// Runs inside the page: measures one backend of the built library. Plain JavaScript, served to the browser as it is.
// The variants take turns sample by sample, so that a slow moment of the machine falls on both.

/** @typedef {import('./settings.ts').BenchSettings} BenchSettings */
/** @typedef {import('./settings.ts').BenchSeries} BenchSeries */
/** @typedef {import('./settings.ts').BackendRun} BackendRun */
/** @typedef {import('../../src/contract/engine.ts').AttentionEngine} AttentionEngine */
/** @typedef {import('../../src/contract/engine.ts').PreparedAttention} PreparedAttention */
/** @typedef {{ series: BenchSeries, prepared: PreparedAttention, samples: number }} Contestant */

/** mulberry32, uniform in [-1, 1). @param {number} seed @param {number} count */
function seededNumbers(seed, count) {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2147483648 - 1;
  });
}

/** Wall milliseconds per run. @param {PreparedAttention} prepared @param {number} runs */
async function timeRuns(prepared, runs) {
  const begin = performance.now();
  await prepared.submit(runs);
  return (performance.now() - begin) / runs;
}

/**
 * Warms up and settles how many runs make a sample and how many samples there is time for; none leaves the series out.
 * @param {Contestant} contestant
 * @param {BenchSettings} settings
 */
async function warmUp(contestant, settings) {
  const { series, prepared } = contestant;
  // By time as well as by count: compilers speed code up while it runs, and short runs are over before they have.
  const begin = performance.now();
  let runMs = Infinity;
  for (let n = 0; n < settings.warmUps || performance.now() - begin < settings.warmUpMs; n++)
    runMs = Math.min(runMs, await timeRuns(prepared, 1));
  series.runsPerSample = Math.max(1, Math.round(settings.sampleMs / Math.max(runMs, 0.001)));
  const affordable = Math.floor(settings.seriesBudgetMs / (runMs * series.runsPerSample));
  if (affordable >= settings.fewestSamples) contestant.samples = Math.min(affordable, settings.samples);
  else series.leftOut = `one run takes ${(runMs / 1000).toFixed(1)} s`;
}

/** @param {Contestant} contestant */
async function takeSample({ series, prepared }) {
  series.wallMs.push(await timeRuns(prepared, series.runsPerSample));
  const { timing } = await prepared.read();
  series.flops = timing.flops;
  if (timing.kernel !== undefined) series.kernelMs.push(timing.kernel);
}

/**
 * @param {AttentionEngine} engine
 * @param {BenchSettings} settings
 * @param {import('./settings.ts').BenchBackend} backend
 * @param {number} length
 */
async function measureLength(engine, settings, backend, length) {
  const { heads, headDim, windowSide } = settings;
  const count = heads * length * headDim;
  const tensors = { q: seededNumbers(1, count), k: seededNumbers(2, count), v: seededNumbers(3, count) };
  const problem = { heads, queryLength: length, headDim };
  const masks = { full: {}, window: { window: { left: windowSide, right: windowSide } } };
  /** @type {Contestant[]} */
  const contestants = [];
  try {
    for (const variant of /** @type {const} */ (['full', 'window']))
      contestants.push({
        prepared: await engine.prepare({ ...problem, mask: masks[variant] }, tensors),
        samples: 0,
        series: { backend, variant, length, wallMs: [], kernelMs: [], runsPerSample: 1, flops: 0, leftOut: null },
      });
    for (const contestant of contestants) await warmUp(contestant, settings);
    for (let sample = 0; sample < settings.samples; sample++)
      for (const contestant of contestants) if (sample < contestant.samples) await takeSample(contestant);
    const windowed = await contestants[1]?.prepared.read();
    return { series: contestants.map(({ series }) => series), output: Array.from(windowed?.output ?? []) };
  } finally {
    for (const { prepared } of contestants) prepared.dispose();
  }
}

/**
 * Measures one backend at every length. Never throws for a backend that is not there: it says so.
 * @param {string} libraryUrl
 * @param {import('./settings.ts').BenchBackend} backend
 * @param {BenchSettings} settings
 * @returns {Promise<BackendRun>}
 */
export async function measureBackend(libraryUrl, backend, settings) {
  const { createEngine } = await import(libraryUrl);
  /** @type {AttentionEngine} */
  let engine;
  try {
    engine = await createEngine({ backend });
  } catch (error) {
    return { backend, info: null, failure: String(error), series: [], firstOutput: [] };
  }
  try {
    const { adapter, features, threads } = engine.backend;
    const description = adapter
      ? [adapter.vendor, adapter.architecture, adapter.description].filter(Boolean).join(', ')
      : `plain TypeScript on ${threads} threads`;
    /** @type {BackendRun} */
    const run = { backend, info: { description, features, threads }, failure: null, series: [], firstOutput: [] };
    for (const length of settings.lengths) {
      const { series, output } = await measureLength(engine, settings, backend, length);
      run.series.push(...series);
      if (run.firstOutput.length === 0) run.firstOutput = output;
    }
    return run;
  } finally {
    await engine.dispose();
  }
}
