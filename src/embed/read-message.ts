// Reads what a parent sends: the envelope, the handshake and each request's payload, checked with valibot. Whatever arrives, nothing throws:
// another's message is null, a bad payload is an error to be answered.
import * as v from 'valibot';
import {
  NAMESPACE,
  PROTOCOL_VERSION,
  REQUEST_TYPES,
  type ConnectPayload,
  type Envelope,
  type ProtocolError,
  type ProtocolErrorCode,
  type Requests,
  type RequestType,
} from '../contract/frame-protocol.ts';
import { plainCopy } from './plain-copy.ts';

const name = v.pipe(v.string(), v.maxLength(64));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const envelope = v.object({
  ns: v.literal(NAMESPACE),
  v: v.number(),
  id: v.optional(name, ''),
  seq: v.optional(count, 0),
  type: name,
  payload: v.optional(v.unknown()),
  re: v.optional(count),
});

/** Null for what is not ours: other libraries' messages, strings, broken envelopes. The payload is not read yet. */
export function readEnvelope(data: unknown): Envelope | null {
  if (typeof data !== 'object' || data === null) return null;
  try {
    const result = v.safeParse(envelope, data);
    return result.success ? (result.output as Envelope) : null;
  } catch {
    // Within one realm an object may have getters that throw; a cloned message never has.
    return null;
  }
}

export const failure = (code: ProtocolErrorCode, message: string): ProtocolError => ({ code, message });

export const badVersion = (received: number): ProtocolError => ({
  code: 'bad-version',
  message: `This frame speaks version ${PROTOCOL_VERSION} of ${NAMESPACE}, not ${received}.`,
  supported: [PROTOCOL_VERSION],
});

const connect = v.object({
  version: v.number(),
  autosize: v.optional(v.boolean()),
  locale: v.optional(name),
  theme: v.optional(name),
  api: v.optional(v.picklist(['events', 'full'])),
});

/** A `connect`, or why it cannot be one. */
export function readConnect({ v: version, payload }: Envelope): ConnectPayload | ProtocolError {
  if (version !== PROTOCOL_VERSION) return badVersion(version);
  const plain = plainCopy(payload);
  const result = plain.ok ? v.safeParse(connect, plain.value) : null;
  if (!result?.success)
    return failure('invalid-params', 'connect takes { version, autosize?, locale?, theme?, api? }.');
  return result.output.version === PROTOCOL_VERSION ? result.output : badVersion(result.output.version);
}

const nothing = v.pipe(
  v.unknown(),
  v.transform(() => undefined),
);
const record = v.pipe(
  v.unknown(),
  v.check((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  v.transform((value) => value as Record<string, unknown>),
);

const payloads = {
  'get-state': nothing,
  'set-state': v.object({ state: record, silent: v.optional(v.boolean()) }),
  'set-params': record,
  reset: nothing,
  select: v.nullable(v.object({ query: count, key: count })),
  export: v.object({
    format: name,
    scale: v.optional(v.number()),
    colors: v.optional(name),
    extent: v.optional(name),
  }),
  describe: nothing,
  destroy: nothing,
};

const EXPECTED: Record<RequestType, string> = {
  'get-state': 'nothing',
  'set-state': '{ state, silent? } with a state that get-state gave',
  'set-params': 'an object of parameters, such as { heads: 8 }',
  reset: 'nothing',
  select: '{ query, key } with counts from 0, or null',
  export: '{ format, scale?, colors?, extent? }',
  describe: 'nothing',
  destroy: 'nothing',
};

export type ReadRequest = { [Type in RequestType]: { type: Type; payload: Requests[Type]['payload'] } }[RequestType];

/** A request with its payload checked, or the error to answer. What the payload's values mean is checked by whoever acts on them. */
export function readRequest({ type, payload }: Envelope): ReadRequest | ProtocolError {
  if (!(REQUEST_TYPES as readonly string[]).includes(type))
    return failure('unknown-type', `There is no request ${JSON.stringify(type)}: ${REQUEST_TYPES.join(', ')}.`);
  const known = type as RequestType;
  const plain = plainCopy(payload);
  const result = plain.ok ? v.safeParse(payloads[known], plain.value) : null;
  if (result?.success) return { type: known, payload: result.output } as ReadRequest;
  const why = plain.ok
    ? ''
    : plain.why === 'too-large'
      ? ' This one is too large.'
      : ' This one holds more than plain values.';
  return failure('invalid-params', `${known} takes ${EXPECTED[known]}.${why}`);
}

export const isError = (value: object): value is ProtocolError => 'code' in value;
