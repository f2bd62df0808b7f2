// Q, K, V made to show one pattern each in the softmax weights, at the scale 1/sqrt(headDim). Seeded and counted by
// place: position i of head h holds the same numbers at every length and head count, so pictures do not flicker while a
// slider moves. The formulas are in `signals/`. Called by the workbench.
import { AttentionError } from '../contract/errors.ts';
import { resolveProblem } from '../contract/problem.ts';
import { SIGNAL_KINDS, type SignalKind } from '../contract/workbench.ts';
import { clusters } from './signals/clusters.ts';
import { copy } from './signals/copy.ts';
import { local } from './signals/local.ts';
import { random } from './signals/random.ts';
import type { Signal } from './signals/signal.ts';
import { sink } from './signals/sink.ts';

const SIGNALS: Record<SignalKind, Signal> = { random, local, copy, clusters, sink };

export interface SyntheticTensors {
  /** `[heads, length, headDim]` each. */
  q: Float32Array;
  k: Float32Array;
  v: Float32Array;
  /** Positions of a synthetic signal have numbers only. */
  tokens: null;
}

function requireSignal(kind: SignalKind): Signal {
  if (SIGNAL_KINDS.includes(kind)) return SIGNALS[kind];
  throw new AttentionError('invalid-problem', { field: 'signal', value: kind, allowed: SIGNAL_KINDS.join(', ') });
}

/** Draws a signal. `seed` is an unsigned 32-bit integer. Throws `invalid-problem` naming the field at fault. */
export function drawSignal(
  kind: SignalKind,
  seed: number,
  { heads, length, headDim }: { heads: number; length: number; headDim: number },
): SyntheticTensors {
  const signal = requireSignal(kind);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new AttentionError('invalid-problem', {
      field: 'seed',
      value: seed,
      allowed: 'an integer from 0 to 4294967295',
    });
  resolveProblem({ heads, queryLength: length, headDim });
  const draw = (write: Signal['query']) => {
    const row = new Float32Array(heads * length * headDim);
    const place = { row, start: 0, headDim, head: 0, position: 0, seed };
    for (place.head = 0; place.head < heads; place.head++)
      for (place.position = 0; place.position < length; place.position++) {
        write(place);
        place.start += headDim;
      }
    return row;
  };
  return { q: draw(signal.query), k: draw(signal.key), v: draw(signal.value), tokens: null };
}
