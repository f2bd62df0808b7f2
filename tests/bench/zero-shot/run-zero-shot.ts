// `npm run bench -- --zero-shot`: the zero-shot lab's evaluation on both backends, and sentences per second, in a real browser. Prints the
// figures that README gives and writes test-results/zero-shot.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright';
import type { BackendKind } from '../../../src/contract/engine.ts';
import type { Throughput, ThroughputGap, ThroughputRequest } from '../../../src/contract/text-bench.ts';
import { DEVELOPMENT } from '../../../src/labs/zero-shot/data/development.ts';
import { EVALUATION } from '../../../src/labs/zero-shot/data/evaluation.ts';
import { FAILING_CASES } from '../../../src/labs/zero-shot/data/examples.ts';
import { allLabels, evaluate, pairedGain, textSet, type TextSet } from '../../../src/labs/zero-shot/evaluate.ts';
import { cosine } from '../../../src/theory/similarity.ts';
import { buildWeights, WEIGHTS_PATH } from '../../../src/tools/build-weights.ts';
import { launchBrowser } from '../browser.ts';
import { bundlePage } from '../bundle.ts';
import type { ZeroShotCommand } from '../options.ts';
import { BENCH, RESULTS } from '../places.ts';
import { serveFolders } from '../server.ts';
import { confusionTable, methodName, scoreTable, throughputTable } from './report.ts';

const WIDTH = 512;

async function embed(page: Page, texts: readonly string[], backend: BackendKind): Promise<Float32Array> {
  const call = `embed(${JSON.stringify(texts)}, ${JSON.stringify(backend)})`;
  return Float32Array.from((await page.evaluate<{ embeddings: number[] }>(call)).embeddings);
}

async function score(page: Page, set: TextSet, backend: BackendKind) {
  return evaluate(set, await embed(page, set.texts, backend), await embed(page, allLabels(), backend));
}

async function failures(page: Page) {
  const texts = FAILING_CASES.flatMap(({ sentence, opposite, paraphrase }) => [
    sentence.en,
    opposite.en,
    paraphrase.en,
  ]);
  const all = await embed(page, texts, 'cpu');
  const row = (index: number) => all.subarray(index * WIDTH, (index + 1) * WIDTH);
  for (const [index, { kind, sentence, opposite, paraphrase }] of FAILING_CASES.entries()) {
    const [wrong, right] = [1, 2].map((other) => cosine(row(3 * index), row(3 * index + other)).toFixed(3));
    console.log(`${kind}: “${sentence.en}” – “${opposite.en}” ${wrong}, – “${paraphrase.en}” ${right}`);
  }
}

async function measure(page: Page, texts: string[]): Promise<(Throughput | ThroughputGap)[]> {
  const request: ThroughputRequest = {
    texts: texts.slice(0, 64),
    labels: allLabels().slice(0, 6),
    batchSizes: [1, 8, 32, 64],
    backends: ['cpu', 'webgpu'],
    samples: 5,
    budgetMs: 25_000,
    totalMs: 150_000,
  };
  return page.evaluate<(Throughput | ThroughputGap)[]>(`throughput(${JSON.stringify(request)})`);
}

export async function runZeroShot({ usesOwnGpu, developmentOnly }: ZeroShotCommand): Promise<number> {
  buildWeights();
  const folder = await bundlePage(join(BENCH, 'zero-shot/page.html'), 'zero-shot');
  const server = await serveFolders([
    ['/', folder],
    ['/weights/', dirname(WEIGHTS_PATH)],
  ]);
  const browser = await launchBrowser(usesOwnGpu);
  try {
    console.log(`Chromium ${browser.version()} on ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`);
    const page = await browser.newPage();
    await page.goto(`${server.origin}/page.html`);
    await page.waitForFunction('globalThis.throughput !== undefined');
    const development = textSet(DEVELOPMENT);
    console.log(
      `\nDevelopment, ${development.texts.length} texts\n\n${scoreTable(await score(page, development, 'cpu'))}`,
    );
    if (developmentOnly) return 0;
    const set = textSet(EVALUATION);
    const scores = await score(page, set, 'cpu');
    console.log(`\nEvaluation, ${set.texts.length} texts, CPU\n\n${scoreTable(scores)}`);
    const onGpu = await score(page, set, 'webgpu');
    const differing = scores.map((one, at) =>
      one.answers.filter((answer, place) => answer !== onGpu[at]!.answers[place]),
    );
    console.log(`\nAnswers that differ on the GPU: ${differing.map(({ length }) => length).join(', ')}`);
    for (const one of scores.filter(({ method }) => method.kind === 'encoder').slice(0, 2))
      console.log(`\nConfusion, ${methodName(one)}\n\n${confusionTable(one)}`);
    const of = (id: string) => scores.find(({ method }) => method.id === id)!;
    for (const [one, other] of [
      ['encoder-0-descriptions', 'words-descriptions'],
      ['encoder-0-descriptions', 'encoder-0-names'],
    ] as const) {
      const { gain, interval } = pairedGain(set, of(one), of(other));
      const [low, high] = interval.map((share) => (100 * share).toFixed(1));
      console.log(`\n${one} over ${other}: ${(100 * gain).toFixed(1)} points [${low}, ${high}], paired bootstrap`);
    }
    console.log('\nCosines where sentence vectors fail: sentence – opposite, sentence – paraphrase\n');
    await failures(page);
    const rates = await measure(page, set.texts);
    console.log(`\nSentences per second, 64 texts, 6 labels\n\n${throughputTable(rates)}`);
    mkdirSync(RESULTS, { recursive: true });
    const written = scores.map(({ method, ...rest }) => ({
      ...rest,
      method: method.id,
      confusion: [...rest.confusion],
    }));
    writeFileSync(join(RESULTS, 'zero-shot.json'), JSON.stringify({ scores: written, rates }, null, 2));
    console.log('\nWrote test-results/zero-shot.json');
    return 0;
  } finally {
    await browser.close();
    server.close();
  }
}
