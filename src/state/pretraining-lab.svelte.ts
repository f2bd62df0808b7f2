// The numbers of the lab "BERT objectives": statistics of many draws, made in slices so that the page stays free, and the experiment on
// sentence pairs on every backend that was asked. The view owns the settings; numbers of other settings are never shown beside new ones.
import { EMBEDDING_SIZE } from '../contract/encoder.ts';
import type { BackendInfo, BackendKind } from '../contract/engine.ts';
import type { Workbench } from '../contract/workbench.ts';
import { MASK_STRATEGIES, type MaskStrategy } from '../objectives/masking.ts';
import { MaskTally, type MaskStatistics } from '../objectives/mask-statistics.ts';
import {
  embeddingScore,
  scoreTask,
  SentenceTable,
  wordCountScore,
  type PairScore,
  type TaskResult,
} from '../objectives/pair-scores.ts';
import type { PiecedText } from '../objectives/pieces.ts';
import { CORPUS, PAIR_TASKS, type PairTask } from '../objectives/sentence-pairs.ts';
import { LabJobs } from './lab-jobs.svelte.ts';

export const DRAWS = 10_000;
/** A slice stays well below what a hand would notice. */
const SLICE_MS = 8;

/** What scores pairs: counted words, which need no weights, or the encoder on a backend. */
export const SCORERS = ['words', 'webgpu', 'cpu'] as const;
export type Scorer = (typeof SCORERS)[number];

export interface StatisticsOf {
  /** The settings they belong to. */
  text: PiecedText;
  rate: number;
  seed: number;
  of: Partial<Record<MaskStrategy, MaskStatistics>>;
}

export interface Embeddings {
  score: PairScore;
  backend: BackendInfo;
  wallMs: number;
  sentences: number;
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

export class PretrainingLab {
  readonly #workbench: Workbench;
  /** `statistics` and `pairs`. */
  readonly jobs = new LabJobs<'statistics' | 'pairs'>();
  statistics = $state.raw<StatisticsOf | null>(null);
  embeddings = $state.raw<Partial<Record<BackendKind, Embeddings>>>({});
  readonly sentences = new SentenceTable(CORPUS).sentences;
  readonly #words = wordCountScore(this.sentences);
  /** Scored tasks under scorer, seed and task. */
  #scored = $state.raw<Readonly<Record<string, TaskResult>>>({});
  #scoring = 0;
  #stopped = false;

  constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Draws so many masks with each strategy, one strategy after another; each appears when it is complete. */
  measure(text: PiecedText, rate: number, seed: number, draws = DRAWS): Promise<void> {
    this.#stopped = false;
    return this.jobs.run('statistics', async ({ isCurrent, report }) => {
      let of: StatisticsOf['of'] = {};
      for (const [place, strategy] of MASK_STRATEGIES.entries()) {
        const tally = new MaskTally(text, { strategy, rate, seed });
        while (tally.draws < draws) {
          const endMs = performance.now() + SLICE_MS;
          do tally.drawNext();
          while (tally.draws < draws && performance.now() < endMs);
          report((place + tally.draws / draws) / MASK_STRATEGIES.length);
          await pause();
          if (!isCurrent() || this.#stopped) return;
        }
        of = { ...of, [strategy]: tally.result() };
        this.statistics = { text, rate, seed, of };
      }
    });
  }

  /** Statistics of exactly these settings; null while there are none. */
  statisticsFor(text: PiecedText, rate: number, seed: number): StatisticsOf | null {
    const known = this.statistics;
    return known && known.text === text && known.rate === rate && known.seed === seed ? known : null;
  }

  /** Embeds the corpus on each backend in turn. What was embedded stays. */
  embed(backends: readonly BackendKind[]): Promise<void> {
    return this.jobs.run('pairs', async ({ isCurrent, report }) => {
      for (const [place, backend] of backends.entries()) {
        const answer = await this.#workbench.texts.embed([...this.sentences], { backend, lane: 'corpus' }, (done) =>
          report((place + done) / backends.length),
        );
        if (!isCurrent()) return;
        const found: Embeddings = {
          score: embeddingScore(answer.embeddings, EMBEDDING_SIZE),
          backend: answer.backend,
          wallMs: answer.timing.wallMs,
          sentences: this.sentences.length,
        };
        this.embeddings = { ...this.embeddings, [answer.backend.kind]: found };
        const isOld = (key: string) => key.startsWith(`${answer.backend.kind} `);
        this.#scored = Object.fromEntries(Object.entries(this.#scored).filter(([key]) => !isOld(key)));
      }
    });
  }

  cancel(): void {
    if (this.jobs.running === 'statistics') this.#stopped = true;
    if (this.jobs.running === 'pairs') void this.#workbench.cancel('corpus');
  }

  /** Scores what is not scored yet for a seed: a curve and a thousand resamples each, with pauses between. */
  async scoreAll(seed: number): Promise<void> {
    const round = ++this.#scoring;
    for (const scorer of SCORERS)
      for (const task of PAIR_TASKS) {
        const key = `${scorer} ${seed} ${task}`;
        const score = scorer === 'words' ? this.#words : this.embeddings[scorer]?.score;
        if (!score || this.#scored[key]) continue;
        await pause();
        if (round !== this.#scoring) return;
        this.#scored = { ...this.#scored, [key]: scoreTask(CORPUS, task, score, seed) };
      }
  }

  /** A scored task; null while it is not. */
  result(scorer: Scorer, seed: number, task: PairTask): TaskResult | null {
    return this.#scored[`${scorer} ${seed} ${task}`] ?? null;
  }
}
