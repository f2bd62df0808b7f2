// The kinds of parameter: each knows its default, what is allowed, how to read a received string or a received value and how to
// write one. `schema.ts` makes the table out of them; valibot does the checking. What is received comes from anywhere: nothing throws.
import * as v from 'valibot';

/** What a parameter accepts, as data; `allowedText` shows it without words of any language. */
export type Allowed =
  | { kind: 'integer'; least: number; most: number; orInfinity: boolean }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'boolean' }
  | { kind: 'text'; mostCodePoints: number }
  | { kind: 'language'; values: readonly string[] }
  | { kind: 'list'; values: readonly string[] }
  | { kind: 'origin' };

/** How a value travels in share links, messages and files. */
export type Written = string | number | boolean | readonly string[];

export interface Parameter<Value> {
  readonly default: Value;
  readonly allowed: Allowed;
  /** A value of an address or an attribute. Undefined when the string is not allowed. `''` is what a bare key gives. */
  read(received: string): Value | undefined;
  /** A value of a message, a share link or a file: typed, or a string as in the address. Undefined when it is not allowed. */
  accept(received: unknown): Value | undefined;
  /** A string that `read` takes back to the same value; undefined when the address cannot hold it. */
  write(value: Value): string | undefined;
  /** A plain value that `accept` takes back to the same value; undefined where `write` is. */
  pack(value: Value): Written | undefined;
}

type Schema<Value> = v.GenericSchema<unknown, Value>;

const checked = <Value>(schema: Schema<Value>, received: unknown): Value | undefined => {
  const result = v.safeParse(schema, received);
  return result.success ? result.output : undefined;
};

/** A parameter out of its two schemas: of strings, and of values. */
function parameter<Value, Default extends Value | null>(
  byDefault: Default,
  allowed: Allowed,
  ofText: Schema<Value>,
  ofValue: Schema<Value>,
  write: (value: Value) => string | undefined,
  pack: (value: Value) => Written | undefined = write,
): Parameter<Value | Default> {
  return {
    default: byDefault,
    allowed,
    read: (received) => checked(ofText, received),
    accept: (received) => checked(typeof received === 'string' ? ofText : ofValue, received),
    write: (value) => (value === null ? undefined : write(value as Value)),
    pack: (value) => (value === null ? undefined : pack(value as Value)),
  };
}

const digits = v.pipe(v.string(), v.regex(/^[0-9]{1,15}$/), v.transform(Number));
const integers = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** Integers from `least` to `most`, in decimal digits only. A `null` default stands for one that depends on the rest. */
export function integer<Default extends number | null>(
  least: number,
  most: number,
  byDefault: Default,
): Parameter<number | Default> {
  const allowed: Allowed = { kind: 'integer', least, most, orInfinity: false };
  const ofValue = integers(least, most);
  return parameter<number, Default & (number | null)>(
    byDefault,
    allowed,
    v.pipe(digits, ofValue),
    ofValue,
    String,
    Number,
  );
}

/** An integer or `inf`, which is also the default. */
export function reach(most: number): Parameter<number> {
  const word = v.pipe(
    v.string(),
    v.regex(/^inf(?:inity)?$/i),
    v.transform(() => Infinity),
  );
  const finite = integers(0, most);
  const write = (value: number) => (value === Infinity ? 'inf' : String(value));
  return parameter<number, number>(
    Infinity,
    { kind: 'integer', least: 0, most, orInfinity: true },
    v.union([word, v.pipe(digits, finite)]),
    v.union([v.pipe(v.number(), v.value(Infinity)), finite]),
    write,
    (value) => (value === Infinity ? 'inf' : value),
  );
}

const YES = ['', '1', 'true'];
const NO = ['0', 'false'];

export function boolean(byDefault: boolean): Parameter<boolean> {
  return parameter<boolean, boolean>(
    byDefault,
    { kind: 'boolean' },
    v.pipe(
      v.string(),
      v.toLowerCase(),
      v.picklist([...YES, ...NO]),
      v.transform((word) => YES.includes(word)),
    ),
    v.boolean(),
    (value) => (value ? '1' : '0'),
    (value) => value,
  );
}

/** One of `values`. Those in `notByAddress` exist on the page but need more than an address can carry. */
export function choice<const Value extends string, Default extends NoInfer<Value> | null>(
  values: readonly Value[],
  byDefault: Default,
  notByAddress: readonly NoInfer<Value>[] = [],
): Parameter<Value | Default> {
  const offered = values.filter((value) => !notByAddress.includes(value));
  const schema = v.pipe(v.string(), v.maxLength(64), v.toLowerCase(), v.picklist(offered));
  return parameter<Value, Default & (Value | null)>(
    byDefault,
    { kind: 'choice', values: offered },
    schema,
    schema,
    (value) => offered.find((one) => one === value),
  );
}

/** A list of ids: comma-separated in an address, without repetition, in the order of `values`. */
export function list<const Value extends string>(values: readonly Value[]): Parameter<readonly Value[]> {
  const LONGEST = 2000;
  const ofValue = v.pipe(
    v.array(v.pipe(v.string(), v.trim(), v.toLowerCase(), v.picklist(values))),
    v.transform((ids): readonly Value[] => values.filter((id) => ids.includes(id))),
  );
  const ofText = v.pipe(
    v.string(),
    v.maxLength(LONGEST),
    v.transform((text) => text.split(',').filter((id) => id.trim() !== '')),
    ofValue,
  );
  const packed = v.pipe(v.array(v.unknown()), v.maxLength(LONGEST), ofValue);
  return parameter<readonly Value[], readonly Value[]>(
    [],
    { kind: 'list', values },
    ofText,
    packed,
    (ids) => ids.join(','),
    (ids) => ids,
  );
}

function textUpTo(mostCodePoints: number): Schema<string> {
  const fits = (value: string) => value.length <= 2 * mostCodePoints && [...value].length <= mostCodePoints;
  return v.pipe(
    v.string(),
    // Normal forms may grow or shrink a text; the bound before keeps the work small.
    v.maxLength(8 * mostCodePoints),
    v.transform((received) => received.normalize('NFC')),
    v.check(fits),
  );
}

/**
 * Free text in NFC. Longer text is refused, not cut, and not written either. `mostKept`: what files and messages carry where that is more
 * than an address takes.
 */
export function text(mostCodePoints: number, mostKept = mostCodePoints): Parameter<string | null> {
  const inAddress = textUpTo(mostCodePoints);
  const kept = textUpTo(mostKept);
  return {
    default: null,
    allowed: { kind: 'text', mostCodePoints },
    read: (received) => checked(inAddress, received),
    accept: (received) => checked(kept, received),
    write: (value) => checked(inAddress, value),
    pack: (value) => checked(kept, value),
  };
}

/** A web origin such as `https://example.org:8080`, written exactly as browsers write it. */
export function origin(): Parameter<string | null> {
  const isOrigin = (received: string) => {
    if (!URL.canParse(received)) return false;
    const { origin: written, protocol } = new URL(received);
    return written === received && (protocol === 'https:' || protocol === 'http:');
  };
  const schema = v.pipe(v.string(), v.maxLength(300), v.check(isOrigin));
  return parameter<string, null>(null, { kind: 'origin' }, schema, schema, (value) => value);
}

export function allowedText(allowed: Allowed): string {
  if (allowed.kind === 'integer') return `${allowed.least}…${allowed.most}${allowed.orInfinity ? ', inf' : ''}`;
  if (allowed.kind === 'boolean') return '0, 1, true, false';
  if (allowed.kind === 'text') return `≤ ${allowed.mostCodePoints}`;
  if (allowed.kind === 'origin') return 'https://host[:port]';
  return allowed.values.join(', ');
}
