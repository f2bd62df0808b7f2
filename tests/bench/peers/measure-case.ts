// One case: every contestant is prepared, checked and warmed up, then they take turns, one sample each a round.
// Owns nothing but what the seats hold for the case.
import { visiblePairs, type PeerCase } from './cases.ts';
import type { Seat } from './host-door.ts';
import { listenForQuiet } from './noise.ts';
import type { CaseResult, PeerResult } from './results.ts';
import { firstLine, OverTime, within } from './time-limit.ts';

/** Outputs are means of numbers around 1: float32 rounding stays far below. */
const LARGEST_ERROR = 1e-4;
/** Preparing may include compiling and tuning. */
const PREPARE_LIMIT_MS = 300_000;
const FEWEST_ROUNDS = 5;
/** What one amortised sample should take. */
const AMORTISED_MS = 600;
const MOST_SUBMISSIONS = 20;
/** Shapes from here on tell how long a larger one would take. */
const TELLING_LENGTH = 512;
const LONG_LENGTH = 1024;

export interface PeerSettings {
  rounds: number;
  budgetMs: number;
}

interface Entry {
  seat: Seat;
  result: PeerResult;
  spentMs: number;
}

const maskKind = ({ causal, window }: PeerCase) => `${causal}-${window}`;
const allPairs = ({ n, heads }: PeerCase) => n * n * heads;

function worse(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function leave(entry: Entry, status: PeerResult['status'], note: string): Entry {
  Object.assign(entry.result, { status, note: [entry.result.note, note].filter(Boolean).join('; ') });
  return entry;
}

function isWrong({ result }: Entry): boolean {
  return !((result.error ?? Infinity) <= LARGEST_ERROR);
}

/** A cold and a warm call, both checked; null when the contestant cannot do the case. */
async function firstCalls(entry: Entry, problem: PeerCase, { rounds, budgetMs }: PeerSettings): Promise<number | null> {
  const { seat, result } = entry;
  const prepared = await within(seat.prepare(problem), PREPARE_LIMIT_MS);
  if (!prepared) return null;
  result.note = prepared.note;
  const calls = (async () => {
    const cold = await seat.latency(true);
    result.coldMs = cold.ms;
    const isHopeless = cold.ms * Math.min(rounds, FEWEST_ROUNDS) > 1.5 * budgetMs;
    const warm = isHopeless ? cold : await seat.latency(true);
    result.error = worse(cold.error, warm.error);
    return warm.ms;
  })();
  try {
    return await within(calls, 2 * budgetMs);
  } catch (error) {
    // It must not go on beside the others.
    if (error instanceof OverTime) await within(calls, 4 * budgetMs).catch(() => undefined);
    throw error;
  }
}

async function makeResident({ seat, result }: Entry, warmMs: number, budgetMs: number, fewest: number): Promise<void> {
  const submissions = Math.max(2, Math.min(MOST_SUBMISSIONS, Math.round(AMORTISED_MS / warmMs)));
  if (warmMs * fewest * submissions > budgetMs) {
    result.note = [result.note, 'too slow for resident runs'].filter(Boolean).join('; ');
    return;
  }
  await seat.upload();
  await seat.amortised(2);
  result.submissions = submissions;
}

/** Prepares one contestant and decides whether and how it can be measured within the budget. */
async function warmUp(seat: Seat, problem: PeerCase, settings: PeerSettings): Promise<Entry> {
  const result: PeerResult = {
    name: seat.name,
    status: 'ok',
    note: '',
    error: null,
    coldMs: null,
    submissions: 0,
    rounds: [],
  };
  const entry: Entry = { seat, result, spentMs: 0 };
  const { budgetMs } = settings;
  const fewest = Math.min(settings.rounds, FEWEST_ROUNDS);
  const expectedMs = (seat.msPerPair.get(maskKind(problem)) ?? 0) * allPairs(problem);
  if (expectedMs * fewest > 1.5 * budgetMs)
    return leave(entry, 'skipped', `too slow: about ${Math.round(expectedMs / 1000)} s a call, from a smaller case`);
  try {
    const warmMs = await firstCalls(entry, problem, settings);
    if (warmMs === null) return leave(entry, 'unsupported', '');
    if (problem.n >= TELLING_LENGTH) seat.msPerPair.set(maskKind(problem), warmMs / allPairs(problem));
    const isTooSlow = warmMs * fewest > budgetMs;
    if (isWrong(entry) || isTooSlow) await seat.dispose();
    if (isWrong(entry)) return leave(entry, 'wrong', 'not the right answer');
    if (isTooSlow) return leave(entry, 'skipped', `too slow: ${(warmMs / 1000).toFixed(1)} s for one call`);
    await makeResident(entry, warmMs, budgetMs, fewest);
  } catch (error) {
    leave(entry, 'failed', firstLine(error));
    await seat.reopen();
  }
  return entry;
}

async function takeSample(entry: Entry, round: number, isLast: boolean): Promise<void> {
  const { seat, result } = entry;
  try {
    const { ms, error } = await seat.latency(isLast);
    result.error = worse(result.error, error);
    const amortisedMs = result.submissions > 0 ? await seat.amortised(result.submissions) : null;
    result.rounds.push({ round, latencyMs: ms, amortisedMs });
    entry.spentMs += ms + (amortisedMs ?? 0) * result.submissions;
  } catch (error) {
    leave(entry, 'failed', firstLine(error));
  }
}

async function finish(entry: Entry, problem: PeerCase): Promise<void> {
  const { seat, result } = entry;
  try {
    if (result.submissions > 0) result.error = worse(result.error, await seat.residentError());
    await seat.dispose();
  } catch (error) {
    leave(entry, 'failed', firstLine(error));
    await seat.reopen();
  }
  if (result.status === 'ok' && isWrong(entry)) leave(entry, 'wrong', 'not the right answer after the last round');
  // The least of all samples tells more than the one warm call.
  const least = Math.min(...result.rounds.map(({ latencyMs }) => latencyMs));
  if (problem.n >= TELLING_LENGTH && least < Infinity) seat.msPerPair.set(maskKind(problem), least / allPairs(problem));
}

export async function measureCase(
  seats: readonly Seat[],
  problem: PeerCase,
  settings: PeerSettings,
): Promise<CaseResult> {
  const fewest = Math.min(settings.rounds, FEWEST_ROUNDS);
  const rounds = problem.n >= LONG_LENGTH ? fewest : settings.rounds;
  const entries: Entry[] = [];
  for (const seat of seats) entries.push(await warmUp(seat, problem, settings));
  const measured = entries.filter(({ result }) => result.status === 'ok');
  const noise = [];
  for (let round = 0; round < rounds; round++) {
    noise.push(await listenForQuiet());
    const active = measured.filter(
      ({ result, spentMs }) => result.status === 'ok' && (result.rounds.length < fewest || spentMs < settings.budgetMs),
    );
    // A different first contestant every round, so that none always follows the same other.
    const shift = Math.floor((round * active.length) / rounds);
    for (const entry of [...active.slice(shift), ...active.slice(0, shift)])
      await takeSample(entry, round, round === rounds - 1);
  }
  for (const entry of measured) await finish(entry, problem);
  return { problem, pairs: visiblePairs(problem), noise, results: entries.map(({ result }) => result) };
}
