// What a frame keeps to itself. Under `api=events` no text that the reader typed and no file they opened leaves the frame: it is missing
// from the state, and what could quote it is refused. A text that the host itself gave (address, message) is no secret to it.
import type { FrameParams, FrameState } from '../contract/frame-protocol.ts';
import type { Parameter } from '../params/parameter.ts';
import { PARAMETER_IDS, SCHEMA, type LabValues, type ParameterId } from '../params/schema.ts';
import { stateOf } from '../params/state.ts';
import type { Cause } from '../state/settings.svelte.ts';

export class FramePrivacy {
  #isTyped: boolean;
  /** A text of the reader's that a reset brings back: the host never gave it. */
  readonly #reloaded: string | null;
  /** May only become narrower than what the address said. */
  #api: 'off' | 'events' | 'full';

  /** `wasOpenedBefore`: after a reload the address holds what the reader did, not what the host gave. */
  constructor(api: 'off' | 'events' | 'full', text: string | null, wasOpenedBefore: boolean) {
    this.#api = api;
    this.#isTyped = wasOpenedBefore && text !== null;
    this.#reloaded = wasOpenedBefore ? text : null;
  }

  narrow(api: 'events' | 'full' | undefined): void {
    if (api === 'events') this.#api = 'events';
  }

  follow(changed: readonly ParameterId[], { text }: LabValues, cause: Cause): void {
    if (changed.includes('text')) this.#isTyped = text !== null && (cause !== 'api' || text === this.#reloaded);
  }

  /** The text is the reader's and stays. */
  keepsText(): boolean {
    return this.#isTyped && this.#api !== 'full';
  }

  /** What is on screen quotes something that stays. */
  keepsContent({ source }: LabValues): boolean {
    return this.#api !== 'full' && (source === 'file' || (source === 'text' && this.#isTyped));
  }

  /** The view as the parent may know it. Whom the frame obeys is not part of it. */
  stateOf(values: LabValues): FrameState {
    const { v, p } = stateOf(values);
    if (this.keepsText()) delete p.text;
    return { v, p: p as FrameState['p'] };
  }

  /** The same as readable values, all of them. */
  paramsOf(values: LabValues): FrameParams {
    const ids = PARAMETER_IDS.filter((id) => id !== 'api' && id !== 'origin' && !(id === 'text' && this.keepsText()));
    return Object.fromEntries(ids.map((id) => [id, (SCHEMA[id] as Parameter<unknown>).pack(values[id]) ?? null]));
  }
}
