// The zero-shot lab's state: texts and labels embedded once and kept, cosines between them, one text's path, and the jobs on built-in
// collections. The newest request wins; a failure keeps the last answer. Without an encoder, what was recorded of it stands in.
import type { BackendInfo, BackendKind } from '../contract/engine.ts';
import { EMBEDDING_SIZE } from '../contract/encoder.ts';
import { isAborted } from '../contract/errors.ts';
import type {
  Embedded,
  EncoderPath,
  Throughput,
  ThroughputGap,
  ThroughputRequest,
  TokenizedText,
} from '../contract/text-bench.ts';
import type { Workbench } from '../contract/workbench.ts';
import type { RecordedVectors } from '../params/recorded-vectors.ts';
import { cosineMatrix } from '../theory/similarity.ts';
import { labFailure, LabJobs, LatestRun, type LabFailure } from './lab-jobs.svelte.ts';

type Choice = 'auto' | BackendKind;

export interface Classified {
  texts: readonly string[];
  /** What was embedded for each label. */
  labelTexts: readonly string[];
  textTokens: readonly TokenizedText[];
  labelTokens: readonly TokenizedText[];
  /** `[texts, 512]`, `[labels, 512]`. */
  textVectors: Float32Array;
  labelVectors: Float32Array;
  /** `[texts, labels]`. */
  cosines: Float32Array;
  /** Null: recorded. */
  backend: BackendInfo | null;
  /** How many of the texts and labels were new, and how many were there from before. */
  fresh: number;
  kept: number;
}

/** Embeddings kept for texts that come back; the oldest go first. */
const MOST_KEPT = 4000;

export type ZeroShotJob = 'evaluation' | 'failures' | 'throughput';

export class ZeroShotLab {
  readonly #workbench: Workbench;
  readonly #recorded: RecordedVectors | null;
  readonly #kept = new Map<string, Float32Array>();
  #asked = 0;

  answer = $state.raw<Classified | null>(null);
  failure = $state.raw<LabFailure | null>(null);
  isClassifying = $state(false);
  /** Share of the new texts embedded, 0…1; null when none are. */
  progress = $state<number | null>(null);
  readonly path = new LatestRun<EncoderPath>();
  readonly jobs = new LabJobs<ZeroShotJob>();
  /** Built-in collections embedded so far. */
  corpora = $state.raw<{ evaluation?: Embedded; failures?: Pick<Embedded, 'embeddings'> }>({});
  rates = $state.raw<(Throughput | ThroughputGap)[]>([]);

  constructor(workbench: Workbench, recorded: RecordedVectors | null) {
    this.#workbench = workbench;
    this.#recorded = recorded;
  }

  /** The first of these texts that nothing is recorded of, on a page without an encoder; else null. */
  firstMissing(texts: readonly string[]): string | null {
    return this.#recorded?.firstMissing(texts) ?? null;
  }

  /** As `classify`, of recorded vectors: all of these texts must be recorded. */
  classifyRecorded(texts: readonly string[], labelTexts: readonly string[]): void {
    const recorded = this.#recorded!;
    const [textVectors, labelVectors] = [recorded.vectorsOf(texts), recorded.vectorsOf(labelTexts)];
    this.answer = {
      texts,
      labelTexts,
      textTokens: recorded.tokensOf(texts),
      labelTokens: recorded.tokensOf(labelTexts),
      textVectors,
      labelVectors,
      cosines: cosineMatrix(textVectors, labelVectors, EMBEDDING_SIZE),
      backend: null,
      fresh: 0,
      kept: new Set([...texts, ...labelTexts]).size,
    };
  }

  /** Only what was not embedded before runs through the encoder: a new label costs one pass. */
  async classify(texts: readonly string[], labelTexts: readonly string[], backend: Choice): Promise<void> {
    const asked = ++this.#asked;
    const isCurrent = () => asked === this.#asked;
    this.isClassifying = true;
    try {
      const all = [...texts, ...labelTexts];
      const tokens = await this.#workbench.texts.tokenize(all, () => {});
      if (!isCurrent()) return;
      const fresh = [...new Set(all)].filter((text) => !this.#kept.has(`${backend} ${text}`));
      const info = await this.#embed(fresh, backend, isCurrent);
      if (!isCurrent()) return;
      const [textVectors, labelVectors] = [this.#vectors(texts, backend), this.#vectors(labelTexts, backend)];
      this.answer = {
        texts,
        labelTexts,
        textTokens: tokens.slice(0, texts.length),
        labelTokens: tokens.slice(texts.length),
        textVectors,
        labelVectors,
        cosines: cosineMatrix(textVectors, labelVectors, EMBEDDING_SIZE),
        backend: info,
        fresh: fresh.length,
        kept: new Set(all).size - fresh.length,
      };
      this.failure = null;
    } catch (error) {
      if (isCurrent() && !isAborted(error)) this.failure = labFailure(error);
    } finally {
      if (isCurrent()) {
        this.isClassifying = false;
        this.progress = null;
      }
    }
  }

  async #embed(fresh: readonly string[], backend: Choice, isCurrent: () => boolean): Promise<BackendInfo> {
    const known = this.answer?.backend;
    if (fresh.length === 0 && known) return known;
    const report = (done: number) => isCurrent() && (this.progress = done);
    if (fresh.length > 0) report(0);
    const { embeddings, backend: info } = await this.#workbench.texts.embed([...fresh], { backend }, report);
    fresh.forEach((text, at) =>
      this.#kept.set(`${backend} ${text}`, embeddings.slice(at * EMBEDDING_SIZE, (at + 1) * EMBEDDING_SIZE)),
    );
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(key);
    }
    return info;
  }

  #vectors(texts: readonly string[], backend: Choice): Float32Array {
    const rows = new Float32Array(texts.length * EMBEDDING_SIZE);
    texts.forEach((text, at) => rows.set(this.#kept.get(`${backend} ${text}`)!, at * EMBEDDING_SIZE));
    return rows;
  }

  inspect(text: string, backend: Choice): Promise<void> {
    return this.path.run(() => this.#workbench.texts.inspect(text, backend));
  }

  async embedCorpus(name: 'evaluation' | 'failures', texts: string[], backend: Choice): Promise<void> {
    if (name === 'failures' && this.#recorded) {
      this.corpora = { ...this.corpora, failures: { embeddings: this.#recorded.vectorsOf(texts) } };
      return;
    }
    await this.jobs.run(name, async ({ isCurrent, report }) => {
      const found = await this.#workbench.texts.embed(texts, { backend, lane: 'corpus' }, report);
      if (isCurrent()) this.corpora = { ...this.corpora, [name]: found };
    });
  }

  measure(request: ThroughputRequest): Promise<void> {
    return this.jobs.run('throughput', async ({ isCurrent, report }) => {
      await this.#workbench.texts.measureThroughput(request, (result, done) => {
        if (!isCurrent()) return;
        const isSame = (one: Throughput | ThroughputGap) =>
          one.backend === result.backend && one.batchSize === result.batchSize;
        this.rates = [...this.rates.filter((one) => !isSame(one)), result];
        report(done);
      });
    });
  }

  /** Gives up what is being embedded of the reader's texts; the last answer stays. */
  cancelClassifying(): void {
    this.#asked++;
    this.isClassifying = false;
    this.progress = null;
    void this.#workbench.cancel('embed');
  }

  cancelJob(): void {
    const lane = this.jobs.running === 'throughput' ? 'measure' : 'corpus';
    if (this.jobs.running !== null) void this.#workbench.cancel(lane);
  }

  /** The lab is left. */
  cancel(): void {
    this.cancelClassifying();
    this.cancelJob();
  }
}
