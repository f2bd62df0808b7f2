// A bounded copy of a foreign value: plain objects, arrays and primitives only, no key that could reach a prototype. Whatever a parent
// sends is copied by this before anything reads it. Never throws; a value too large or of another kind gives the word for why not.

const MOST_NODES = 4096;
const MOST_CHARACTERS = 65_536;
const DEEPEST = 8;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

export type PlainCopy = { ok: true; value: unknown } | { ok: false; why: 'too-large' | 'not-plain' };

class Refused extends Error {
  readonly why: 'too-large' | 'not-plain';
  constructor(why: 'too-large' | 'not-plain') {
    super(why);
    this.why = why;
  }
}

interface Room {
  nodes: number;
  characters: number;
}

function spend(room: Room, nodes: number, characters: number): void {
  room.nodes -= nodes;
  room.characters -= characters;
  if (room.nodes < 0 || room.characters < 0) throw new Refused('too-large');
}

function copy(value: unknown, depth: number, room: Room): unknown {
  spend(room, 1, typeof value === 'string' ? value.length : 0);
  if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)) return value;
  if (typeof value !== 'object') throw new Refused('not-plain');
  if (depth >= DEEPEST) throw new Refused('too-large');
  if (Array.isArray(value)) {
    // Holes of a sparse array count too: its length is the sender's word.
    if (value.length > room.nodes) throw new Refused('too-large');
    return Array.from(value, (one) => copy(one, depth + 1, room));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new Refused('not-plain');
  const plain: Record<string, unknown> = {};
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    spend(room, 1, key.length);
    if (!FORBIDDEN.has(key)) plain[key] = copy((value as Record<string, unknown>)[key], depth + 1, room);
  }
  return plain;
}

export function plainCopy(value: unknown): PlainCopy {
  try {
    return { ok: true, value: copy(value, 0, { nodes: MOST_NODES, characters: MOST_CHARACTERS }) };
  } catch (error) {
    return { ok: false, why: error instanceof Refused ? error.why : 'not-plain' };
  }
}
