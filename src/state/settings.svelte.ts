// The page's settings: one value per parameter of the schema, changed by controls, messages, history and links alike. Everyone who needs
// to follow (the address, the frame's parent) listens; everyone who shows reads `values`. Whoever listens also stops listening.
import type { ControlId, HideId, LabId } from '../params/control-ids.ts';
import { OPENING_SETTING } from '../params/opening.ts';
import { settlePreset } from '../params/read-values.ts';
import { PAGE_IDS, PARAMETER_IDS, defaultValues, isSame, type LabValues, type ParameterId } from '../params/schema.ts';

/** Who changed something: the reader, the frame's parent, Back and Forward, or the opening of the page. */
export type Cause = 'user' | 'api' | 'history' | 'load';

export interface SettingsChange {
  values: LabValues;
  before: LabValues;
  changed: readonly ParameterId[];
  cause: Cause;
}

export class Settings {
  values = $state.raw<LabValues>(undefined as unknown as LabValues);
  /** What `reset` returns to: what the page was opened with. */
  initial: LabValues;
  readonly #listeners = new Set<(change: SettingsChange) => void>();
  /** Every lab that has been shown, with the values it was left with. */
  #ofLabs = $state.raw<Partial<Record<LabId, LabValues>>>({});

  constructor(initial: LabValues) {
    this.values = initial;
    this.initial = initial;
    this.#ofLabs = { [initial.lab]: initial };
  }

  /** The labs that have been shown, the first one first. */
  get labs(): readonly LabId[] {
    return Object.keys(this.#ofLabs) as LabId[];
  }

  /** A lab's own values: the current ones of the lab that is shown, of the others those they were left with. */
  valuesOf(lab: LabId): LabValues {
    return lab === this.values.lab ? this.values : (this.#ofLabs[lab] ?? this.values);
  }

  /** Shows another lab, as it was left or as it opens. How the page looks and what computes stay. */
  open(lab: LabId): void {
    const kept = ['backend', ...PAGE_IDS] as const;
    const current = Object.fromEntries(kept.map((id) => [id, this.values[id]]));
    const fresh = { ...defaultValues(this.values.lang), lab };
    this.apply({ ...(this.#ofLabs[lab] ?? openingValues(fresh)), ...current }, 'user');
  }

  change<Key extends ParameterId>(key: Key, value: LabValues[Key], cause: Cause = 'user'): void {
    this.apply({ [key]: value } as Partial<LabValues>, cause);
  }

  /** Several values at once; listeners hear of it once, and not at all when nothing differs. */
  apply(patch: Partial<LabValues>, cause: Cause): void {
    const before = this.values;
    const changed = PARAMETER_IDS.filter((id) => id in patch && !isSame(before[id], patch[id]));
    if (changed.length === 0) return;
    const fresh = Object.fromEntries(changed.map((id) => [id, patch[id]]));
    this.values = settlePreset({ ...before, ...fresh });
    this.#ofLabs = { ...this.#ofLabs, [this.values.lab]: this.values };
    for (const listener of this.#listeners) listener({ values: this.values, before, changed, cause });
  }

  /** Back to what the page was opened with; language, theme and the other settings of the page itself stay. */
  reset(cause: Cause): void {
    const kept = Object.fromEntries(PAGE_IDS.map((id) => [id, this.values[id]]));
    this.apply({ ...this.initial, ...kept }, cause);
  }

  /** Calls back after every change until the returned function is called. */
  onChange(listener: (change: SettingsChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isHidden(id: HideId): boolean {
    return this.values.hide.includes(id);
  }
  isLocked(id: ControlId): boolean {
    return this.values.lock.includes(id);
  }
}

/** What a bare address, or a lab that nobody has set, opens with. */
export const openingValues = (values: LabValues): LabValues =>
  values.lab === 'attention' ? { ...values, ...OPENING_SETTING } : values;

/** Do these values show what the recorded opening picture shows? How the page looks does not matter. */
export function showsOpening(values: LabValues): boolean {
  const opening = openingValues(defaultValues(values.lang));
  const { lab, source, text, layer, n, heads, head, causal, left, right, dilation, global, compare } = opening;
  const wanted = { lab, source, text, layer, n, heads, head, causal, left, right, dilation, global, compare };
  return Object.entries(wanted).every(([id, value]) => Object.is(values[id as keyof LabValues], value));
}
