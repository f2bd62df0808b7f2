// Sentences per second: passes over the same texts with every backend and batch size in turns (A B C, A B C …), so that a warming or busy
// machine bears on all alike. Tokenising, layers and similarity each on the host's clock. Called by the text bench.
import type { RunControl } from '../contract/backend.ts';
import { deviceName } from '../contract/device-name.ts';
import { EMBEDDING_SIZE } from '../contract/encoder.ts';
import type { BackendInfo, BackendKind } from '../contract/engine.ts';
import { AttentionError, throwIfAborted } from '../contract/errors.ts';
import type { Throughput, ThroughputGap, ThroughputRequest } from '../contract/text-bench.ts';
import type { BackendEncoder } from '../encoder/encoder.ts';
import { cosineMatrix } from '../theory/similarity.ts';
import { COMPILE_ALLOWANCE_MS, deadline, FEWEST_SAMPLES, WARM_UPS } from './measure.ts';

type Embed = (
  encoder: BackendEncoder,
  ids: readonly (readonly number[])[],
  batchSize: number,
  control: RunControl,
) => Promise<Float32Array>;

interface Opened {
  readonly info: BackendInfo;
  readonly encoder: BackendEncoder;
}

interface Subject {
  readonly encoder: BackendEncoder;
  readonly labels: Float32Array;
  readonly result: Throughput;
  spentMs: number;
}

function gapOf(backend: BackendKind, batchSize: number, error: unknown): ThroughputGap {
  if (error instanceof AttentionError) return { backend, batchSize, code: error.code, detail: error.detail };
  const reason = error instanceof Error ? error.message : String(error);
  return { backend, batchSize, code: 'internal', detail: { reason } };
}

class TextRace {
  readonly #request: ThroughputRequest;
  readonly #open: (kind: BackendKind) => Promise<Opened>;
  readonly #embed: Embed;
  readonly #signal: AbortSignal;
  readonly #endMs: number;

  constructor(
    request: ThroughputRequest,
    open: (kind: BackendKind) => Promise<Opened>,
    embed: Embed,
    signal: AbortSignal,
  ) {
    this.#request = request;
    this.#open = open;
    this.#embed = embed;
    this.#signal = signal;
    this.#endMs = performance.now() + request.totalMs;
  }

  get #leftMs(): number {
    return this.#endMs - performance.now();
  }

  /** One pass over all texts, its phases apart, milliseconds. */
  async #pass({ encoder, labels, result }: Subject, signal: AbortSignal) {
    const startMs = performance.now();
    const ids = this.#request.texts.map((text) => encoder.tokenize(text).ids);
    const cutMs = performance.now();
    const embeddings = await this.#embed(encoder, ids, result.batchSize, { signal });
    const embeddedMs = performance.now();
    cosineMatrix(embeddings, labels, EMBEDDING_SIZE);
    const endMs = performance.now();
    const [tokenize, layers, similarity] = [cutMs - startMs, embeddedMs - cutMs, endMs - embeddedMs];
    return { tokenize, layers, similarity, wall: endMs - startMs };
  }

  /** Warms up. Throws `over-budget` as a gap where the fewest samples would not fit. */
  async begin(backend: BackendKind, batchSize: number, shareMs: number): Promise<Subject | ThroughputGap> {
    const budgetMs = Math.min(this.#request.budgetMs, shareMs);
    const over = (estimateMs: number): ThroughputGap => ({
      backend,
      batchSize,
      code: 'over-budget',
      detail: { numbers: { estimateMs, budgetMs } },
    });
    const limit = deadline(this.#signal, Math.min(budgetMs + COMPILE_ALLOWANCE_MS, Math.max(0, this.#leftMs)));
    const startMs = performance.now();
    try {
      const { info, encoder } = await this.#open(backend);
      const subject = await this.#subject(encoder, info, batchSize, limit.signal);
      let last = await this.#pass(subject, limit.signal);
      for (let run = 1; run < WARM_UPS; run++) last = await this.#pass(subject, limit.signal);
      const needMs = last.wall * FEWEST_SAMPLES;
      return needMs > Math.min(budgetMs, this.#leftMs) ? over(needMs) : subject;
    } catch (error) {
      throwIfAborted(this.#signal);
      return limit.isUp() ? over(performance.now() - startMs) : gapOf(backend, batchSize, error);
    } finally {
      limit.clear();
    }
  }

  async #subject(encoder: BackendEncoder, info: BackendInfo, batchSize: number, signal: AbortSignal): Promise<Subject> {
    const { texts, labels } = this.#request;
    const tokens = texts.reduce((sum, text) => sum + encoder.tokenize(text).ids.length, 0);
    const shape = { batchSize, texts: texts.length, tokens, labels: labels.length, warmUps: WARM_UPS };
    return {
      encoder,
      labels: (await encoder.encode(labels, { signal })).embeddings,
      result: {
        backend: info.kind,
        device: deviceName(info),
        ...shape,
        tokenizeMs: [],
        layersMs: [],
        similarityMs: [],
      },
      spentMs: 0,
    };
  }

  /** Samples in turns. Gives those that failed on the way. */
  async sample(subjects: readonly Subject[]): Promise<Map<Subject, ThroughputGap>> {
    const failed = new Map<Subject, ThroughputGap>();
    const rounds = Math.max(FEWEST_SAMPLES, Math.floor(this.#request.samples));
    for (let round = 0; round < rounds; round++)
      for (const subject of subjects) {
        const isEnough = round >= FEWEST_SAMPLES && (subject.spentMs > this.#request.budgetMs || this.#leftMs <= 0);
        if (isEnough || failed.has(subject)) continue;
        const { backend, batchSize } = subject.result;
        try {
          const phases = await this.#pass(subject, this.#signal);
          subject.result.tokenizeMs.push(phases.tokenize);
          subject.result.layersMs.push(phases.layers);
          subject.result.similarityMs.push(phases.similarity);
          subject.spentMs += phases.wall;
        } catch (error) {
          throwIfAborted(this.#signal);
          failed.set(subject, gapOf(backend, batchSize, error));
        }
      }
    return failed;
  }
}

/** Rejects only with `aborted`; whatever else stops a backend is its gap. Batch sizes come smallest first, the GPU beside the CPU. */
export async function measureTexts(
  request: ThroughputRequest,
  open: (kind: BackendKind) => Promise<Opened>,
  embed: Embed,
  signal: AbortSignal,
  onResult: (result: Throughput | ThroughputGap, done: number) => void,
): Promise<void> {
  const race = new TextRace(request, open, embed, signal);
  const sizes = [...new Set(request.batchSizes)].sort((a, b) => a - b);
  const count = sizes.length * request.backends.length;
  let answered = 0;
  const answer = (result: Throughput | ThroughputGap) => onResult(result, ++answered / count);
  for (const [index, batchSize] of sizes.entries()) {
    const shareMs = request.totalMs / sizes.length / request.backends.length;
    const subjects: Subject[] = [];
    for (const backend of request.backends) {
      throwIfAborted(signal);
      const begun = await race.begin(backend, batchSize, shareMs);
      if ('code' in begun) answer(begun);
      else subjects.push(begun);
    }
    const failed = await race.sample(subjects);
    for (const subject of subjects) answer(failed.get(subject) ?? subject.result);
    if (index + 1 < sizes.length) throwIfAborted(signal);
  }
}
