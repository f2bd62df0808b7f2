// What a frame keeps to itself. Under `api=events` no text that the reader typed and no file they opened leaves the frame: it is missing
// from the state, and what could quote it is refused. A text that the host itself gave (address, message) is no secret to it.
import type { FrameParams, FrameState } from '../contract/frame-protocol.ts';
import { CONTROLS_OF } from '../params/control-ids.ts';
import type { Parameter } from '../params/parameter.ts';
import { PARAMETER_IDS, SCHEMA, TEXT_IDS, type LabValues, type ParameterId, type TextId } from '../params/schema.ts';
import { stateOf } from '../params/state.ts';
import type { Cause } from '../state/settings.svelte.ts';

export class FramePrivacy {
  /** The texts that the reader has typed. */
  readonly #typed: Set<TextId>;
  /** Texts of the reader's that a reset brings back: the host never gave them. */
  readonly #reloaded: Readonly<Partial<Record<TextId, string | null>>>;
  /** May only become narrower than what the address said. */
  #api: 'off' | 'events' | 'full';

  /** `wasOpenedBefore`: after a reload the address holds what the reader did, not what the host gave. */
  constructor(api: 'off' | 'events' | 'full', values: LabValues, wasOpenedBefore: boolean) {
    this.#api = api;
    this.#typed = new Set(wasOpenedBefore ? TEXT_IDS.filter((id) => values[id] !== null) : []);
    this.#reloaded = wasOpenedBefore ? Object.fromEntries(TEXT_IDS.map((id) => [id, values[id]])) : {};
  }

  narrow(api: 'events' | 'full' | undefined): void {
    if (api === 'events') this.#api = 'events';
  }

  follow(changed: readonly ParameterId[], values: LabValues, cause: Cause): void {
    for (const id of TEXT_IDS) {
      if (!changed.includes(id)) continue;
      const text = values[id];
      const isTyped = text !== null && (cause !== 'api' || text === this.#reloaded[id]);
      if (isTyped) this.#typed.add(id);
      else this.#typed.delete(id);
    }
  }

  /** The texts that are the reader's and stay. */
  keptTexts(): readonly TextId[] {
    return this.#api === 'full' ? [] : TEXT_IDS.filter((id) => this.#typed.has(id));
  }

  /** What is on screen quotes something that stays. */
  keepsContent({ lab, source }: LabValues): boolean {
    if (this.#api === 'full') return false;
    if (lab === 'attention' && source !== 'text') return source === 'file';
    const controls: readonly string[] = CONTROLS_OF[lab];
    return this.keptTexts().some((id) => controls.includes(id));
  }

  /** The view as the parent may know it. Whom the frame obeys is not part of it. */
  stateOf(values: LabValues): FrameState {
    const { v, p } = stateOf(values);
    for (const id of this.keptTexts()) delete p[id];
    return { v, p: p as FrameState['p'] };
  }

  /** The same as readable values, all of them. */
  paramsOf(values: LabValues): FrameParams {
    const kept: readonly ParameterId[] = ['api', 'origin', ...this.keptTexts()];
    const ids = PARAMETER_IDS.filter((id) => !kept.includes(id));
    return Object.fromEntries(ids.map((id) => [id, (SCHEMA[id] as Parameter<unknown>).pack(values[id]) ?? null]));
  }
}
