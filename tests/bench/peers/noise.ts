// How busy the machine was with other work, so that a figure can be distrusted. Reads /proc/stat; without it only the canary speaks.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const STAT = '/proc/stat';
const LISTENING_MS = 200;
/** Above this, a round is worth waiting for. */
export const QUIET_PERCENT = 20;
const PATIENCE_MS = 20_000;

export interface NoiseSample {
  /** Share of the processors' time that others took while no contestant worked, percent; null where it cannot be told. */
  busyPercent: number | null;
  /** A fixed piece of work on one thread, milliseconds: it varies with the machine only. */
  canaryMs: number;
}

function ticks(): { total: number; idle: number } {
  const fields = readFileSync(STAT, 'utf8').split('\n', 1)[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
  return { total: fields.reduce((sum, one) => sum + one, 0), idle: fields[3]! + fields[4]! };
}

/** Its result is returned so that it cannot be left out by the compiler. */
function canary(): { ms: number; result: number } {
  const begin = performance.now();
  let x = 1;
  for (let i = 0; i < 2e7; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  return { ms: performance.now() - begin, result: x };
}

async function listen(): Promise<NoiseSample> {
  let busyPercent: number | null = null;
  if (existsSync(STAT)) {
    const before = ticks();
    await sleep(LISTENING_MS);
    const after = ticks();
    busyPercent = 100 * (1 - (after.idle - before.idle) / Math.max(1, after.total - before.total));
  }
  return { busyPercent, canaryMs: canary().ms };
}

/** Waits a while for a quiet machine and says how quiet it was in the end. Call only while no contestant works. */
export async function listenForQuiet(): Promise<NoiseSample> {
  const begin = performance.now();
  for (;;) {
    const sample = await listen();
    const isQuiet = sample.busyPercent === null || sample.busyPercent <= QUIET_PERCENT;
    if (isQuiet || performance.now() - begin > PATIENCE_MS) return sample;
    await sleep(LISTENING_MS);
  }
}
