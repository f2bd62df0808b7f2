// Keeps what tuning found between visits, in the browser's IndexedDB: per device, kernels and browser version.
// Where there is no storage (sandboxed frame, private window, Node) it keeps nothing, silently: tuning is only a matter of speed.
import { createStore, get, set, type UseStore } from 'idb-keyval';
import type { BackendTuner } from '../contract/backend.ts';
import type { TuneRecord } from '../contract/tuning.ts';

/** Longer than this nobody waits for a record: the default plan is right, too. */
const PATIENCE_MS = 50;
/** Nor for one to be written: where storage is broken, opening it may never end. */
const WRITING_PATIENCE_MS = 1000;
const VERSION = 1;

let opened: UseStore | null = null;

function store(): UseStore | null {
  if (!globalThis.indexedDB) return null;
  return (opened ??= createStore('attention-lab', 'tuning'));
}

/** A new browser brings a new compiler: jax-js saw 40 % from one update. */
function browserVersion(): string {
  return /(?:Chrome|Firefox|Version)\/(\d+)/.exec(globalThis.navigator?.userAgent ?? '')?.[0] ?? '';
}

const keyOf = (tuner: BackendTuner) => `${VERSION}|${browserVersion()}|${tuner.fingerprint}`;

/** What another version or another program left there is no record. */
function isRecord(value: unknown): value is TuneRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { problemClass, plan, defaultPlan, gain, trials } = value as Partial<TuneRecord>;
  const texts = [problemClass, plan, defaultPlan];
  return texts.every((text) => typeof text === 'string') && typeof gain === 'number' && Array.isArray(trials);
}

async function load(tuner: BackendTuner): Promise<TuneRecord[]> {
  try {
    const from = store();
    const found: unknown = from ? await get(keyOf(tuner), from) : [];
    return Array.isArray(found) ? found.filter(isRecord) : [];
  } catch {
    return [];
  }
}

/** Gives a tuner its records of earlier visits. Resolves when they are in place, or when waiting is no longer worth it. */
export async function restoreTuning(tuner: BackendTuner): Promise<void> {
  const restored = load(tuner).then((records) => tuner.restore(records));
  await waitAtMost(PATIENCE_MS, restored);
}

/** Adds a record to those kept, in place of an earlier one of its class. Resolves when it is kept, or cannot be. */
export async function saveTuning(tuner: BackendTuner, record: TuneRecord): Promise<void> {
  await waitAtMost(WRITING_PATIENCE_MS, save(tuner, record));
}

async function waitAtMost(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, limitMs)))]);
  clearTimeout(timer);
}

async function save(tuner: BackendTuner, record: TuneRecord): Promise<void> {
  try {
    const to = store();
    if (!to) return;
    const others = (await load(tuner)).filter(({ problemClass }) => problemClass !== record.problemClass);
    await set(keyOf(tuner), [...others, record], to);
  } catch {
    // Storage is denied or full: this visit has its record all the same.
  }
}
