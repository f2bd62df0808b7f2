// Tuning without storage: records are only not kept. With storage it is tested in a browser (tests/browser/gpu-tuner.test.ts).
import { afterEach, expect, test, vi } from 'vitest';
import type { BackendTuner } from '../../src/contract/backend.ts';
import type { TuneRecord } from '../../src/contract/tuning.ts';

const deny = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

/** A request that fails a moment later, as where a private window has no storage. */
function failingRequest() {
  const request: { onerror?: () => void; error: DOMException } = {
    error: new DOMException('no storage', 'InvalidStateError'),
  };
  setTimeout(() => request.onerror?.());
  return request;
}

const DENIALS: Record<string, () => void> = {
  'there is none': () => vi.stubGlobal('indexedDB', undefined),
  'looking at it throws': () => Object.defineProperty(globalThis, 'indexedDB', { get: deny, configurable: true }),
  'opening it throws': () => vi.stubGlobal('indexedDB', { open: deny }),
  'opening it fails later': () => vi.stubGlobal('indexedDB', { open: failingRequest }),
  'opening it never ends': () => vi.stubGlobal('indexedDB', { open: () => ({}) }),
};

const record: TuneRecord = {
  problemClass: 'c',
  plan: 'a',
  defaultPlan: 'b',
  gain: 1.2,
  trials: [],
  measuredAt: '2026-11-25',
};

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, 'indexedDB');
});

test.each(Object.keys(DENIALS))('a visit has no earlier records where %s', async (name) => {
  vi.resetModules();
  DENIALS[name]!();
  const { restoreTuning, saveTuning } = await import('../../src/engine/tuning-store.ts');
  const restored: TuneRecord[][] = [];
  const tuner = { fingerprint: 'device', restore: (records: TuneRecord[]) => restored.push(records) };
  await restoreTuning(tuner as unknown as BackendTuner);
  expect(restored.flat()).toEqual([]);
  await saveTuning(tuner as unknown as BackendTuner, record);
});
