// Acts on a parent's requests. Each is checked again by those who know what it means: the schema for parameters and state, the exporter for
// files. Every request is answered, once: with what it asked for or with an error of the protocol.
import { AttentionError } from '../contract/errors.ts';
import type {
  Applied,
  CellReport,
  Envelope,
  ExportPayload,
  ProtocolError,
  RequestType,
  Requests,
  Warning,
} from '../contract/frame-protocol.ts';
import { ANSWER_MS, EXPORT_ANSWER_MS } from '../contract/frame-protocol.ts';
import { allowedText } from '../params/parameter.ts';
import { readValues, type Notice } from '../params/read-values.ts';
import { PAGE_IDS, PARAMETER_IDS, defaultValues, isSame, type LabValues } from '../params/schema.ts';
import { readState } from '../params/state.ts';
import type { ExportRequest } from '../state/export-request.ts';
import type { Reply } from './frame-link.ts';
import type { FramePrivacy } from './frame-privacy.ts';
import type { FrameSubject } from './frame-subject.ts';
import { failure, isError, readRequest, type ReadRequest } from './read-message.ts';

/** Answered before the host gives up by itself. */
const MARGIN_MS = 500;
const MOST_WAITING = 16;
const NOTHING_YET = 'Nothing has been computed yet.';
/** Whom the frame obeys is decided by its address, not by whoever is connected. */
const ADDRESS_ONLY = ['api', 'origin'];
const DENIED =
  'The reader’s own text or file is on screen, which this frame keeps to itself (api=full in its address would share it).';

export function warningOf(notice: Notice): Warning {
  if (notice.code === 'bad-state')
    return { code: notice.code, message: `The state is ${notice.reason}; nothing of it was used.` };
  const { code, parameter: param, received, used } = notice;
  if (code === 'language-fallback')
    return { code, param, received, used, message: `${received} is not spoken here; ${used} is used.` };
  const allowed = allowedText(notice.allowed);
  const message = `${param}=${received} is not allowed; ${used ?? 'nothing'} is used. Allowed: ${allowed}.`;
  return { code, param, received, used, allowed, message };
}

/** An error of the engine or the exporter in the words of the protocol. */
export function protocolErrorOf(error: unknown): ProtocolError {
  if (!(error instanceof AttentionError))
    return failure('internal', error instanceof Error ? error.message : String(error));
  if (error.code === 'invalid-problem') return failure('invalid-params', error.message);
  if (error.code === 'too-large') return failure('unsupported', error.message);
  const isBusy = error.code === 'aborted' || error.code === 'backend-unavailable';
  return failure(isBusy ? 'busy' : 'internal', error.message);
}

class Refusal extends Error {
  readonly error: ProtocolError;
  constructor(error: ProtocolError) {
    super(error.message);
    this.error = error;
  }
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Handlers = {
  [Type in RequestType]: (
    payload: Requests[Type]['payload'],
  ) => Promise<Requests[Type]['answer']> | Requests[Type]['answer'];
};

export class FrameRequests {
  readonly #subject: FrameSubject;
  readonly #privacy: FramePrivacy;
  readonly #changeSilently: (change: () => void) => void;
  #waiting = 0;
  #isExporting = false;

  /** `changeSilently` runs a change of which no `state` event tells. */
  constructor(subject: FrameSubject, privacy: FramePrivacy, changeSilently: (change: () => void) => void) {
    this.#subject = subject;
    this.#privacy = privacy;
    this.#changeSilently = changeSilently;
  }

  async take(message: Envelope, reply: Reply): Promise<void> {
    const request = readRequest(message);
    if (isError(request)) return reply({ error: request });
    if (this.#waiting >= MOST_WAITING)
      return reply({ error: failure('busy', 'Too many requests wait for an answer; try again in a moment.') });
    this.#waiting++;
    try {
      const limit = (request.type === 'export' ? EXPORT_ANSWER_MS : ANSWER_MS) - MARGIN_MS;
      const late = wait(limit).then(() =>
        Promise.reject(new Refusal(failure('timeout', `${request.type} took too long.`))),
      );
      reply({ payload: await Promise.race([this.#act(request), late]) });
      if (request.type === 'destroy') setTimeout(() => this.#subject.destroy());
    } catch (error) {
      reply({ error: error instanceof Refusal ? error.error : protocolErrorOf(error) });
    } finally {
      this.#waiting--;
    }
  }

  /** Parameters by name over the current values. */
  apply(record: Record<string, unknown>): Applied {
    const entries = Object.entries(record);
    const isOfAddress = ([key]: [string, unknown]) => ADDRESS_ONLY.includes(key.toLowerCase());
    const { values, notices } = readValues(
      Object.fromEntries(entries.filter((entry) => !isOfAddress(entry))),
      this.#subject.settings.values,
    );
    const refused = entries.filter(isOfAddress).map(([param, received]): Warning => {
      const message = `${param} belongs to the frame’s address and cannot be changed by a message.`;
      return { code: 'bad-value', param, received: String(received).slice(0, 80), used: null, message };
    });
    return this.#settle(values, [...refused, ...notices.map(warningOf)]);
  }

  async #act<Type extends RequestType>({
    type,
    payload,
  }: Extract<ReadRequest, { type: Type }> | ReadRequest): Promise<unknown> {
    return (this.#handlers[type] as (payload: unknown) => unknown)(payload);
  }

  readonly #handlers: Handlers = {
    'get-state': () => {
      const { values } = this.#subject.settings;
      return { state: this.#privacy.stateOf(values), params: this.#privacy.paramsOf(values) };
    },
    'set-state': ({ state, silent }) => {
      let applied: Applied | null = null;
      const restore = () => (applied = this.#restore(state));
      if (silent) this.#changeSilently(restore);
      else restore();
      return applied!;
    },
    'set-params': (record) => this.apply(record),
    reset: () => this.#changed(() => this.#subject.settings.reset('api'), []),
    select: (cell) => this.#select(cell),
    export: (request) => this.#export(request),
    describe: () => this.#describe(),
    destroy: () => ({}),
  };

  #changed(change: () => void, warnings: Warning[]): Applied {
    const before = this.#subject.settings.values;
    change();
    const after = this.#subject.settings.values;
    return { applied: PARAMETER_IDS.filter((id) => !isSame(before[id], after[id])), warnings };
  }

  #settle(values: LabValues, warnings: Warning[]): Applied {
    return this.#changed(() => this.#subject.settings.apply(values, 'api'), warnings);
  }

  /** A state takes the place of the view; what belongs to the page, and a text that the state could not hold, stay. */
  #restore(state: unknown): Applied {
    const current = this.#subject.settings.values;
    const kept = Object.fromEntries(PAGE_IDS.map((id) => [id, current[id]]));
    const base: LabValues = { ...defaultValues(current.lang), ...kept };
    for (const id of this.#privacy.keptTexts()) base[id] = current[id];
    const { values, notices } = readState(state, base);
    if (notices.some(({ code }) => code === 'bad-state')) return { applied: [], warnings: notices.map(warningOf) };
    const { api, origin } = current;
    return this.#settle({ ...values, api, origin }, notices.map(warningOf));
  }

  async #select(cell: { query: number; key: number } | null): Promise<CellReport | null> {
    const { report } = this.#subject.stage;
    if (!report) throw new Refusal(failure('busy', NOTHING_YET));
    if (!report.select) throw new Refusal(failure('unsupported', 'The lab that is shown has no cells to select.'));
    return report.select(cell);
  }

  async #export(request: ExportPayload): Promise<{ blob: Blob; filename: string; mime: string }> {
    if (this.#privacy.keepsContent(this.#subject.settings.values)) throw new Refusal(failure('denied', DENIED));
    if (this.#isExporting) throw new Refusal(failure('busy', 'An export is being made; one at a time.'));
    this.#isExporting = true;
    try {
      return await this.#subject.stage.exportView(request as ExportRequest);
    } finally {
      this.#isExporting = false;
    }
  }

  #describe(): { text: string; lang: string } {
    const { values } = this.#subject.settings;
    const text = this.#subject.stage.describe(!this.#privacy.keepsContent(values));
    if (text === null) throw new Refusal(failure('busy', NOTHING_YET));
    return { text, lang: values.lang };
  }
}
