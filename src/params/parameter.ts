// The kinds of address parameter: each knows its default, what is allowed, how to read a received string and how to write
// a value. `schema.ts` makes the table out of them. Strings come from anywhere: reading never throws.

/** What a parameter accepts, as data; `allowedText` shows it without words of any language. */
export type Allowed =
  | { kind: 'integer'; least: number; most: number; orInfinity: boolean }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'boolean' }
  | { kind: 'text'; mostCodePoints: number }
  | { kind: 'language'; values: readonly string[] };

export interface Parameter<Value> {
  readonly default: Value;
  readonly allowed: Allowed;
  /** Undefined when the string is not allowed. `''` is what a bare key gives. */
  read(received: string): Value | undefined;
  /** A string that `read` takes back to the same value; undefined when the address cannot hold it. */
  write(value: Value): string | undefined;
}

/** Integers from `least` to `most`, in decimal digits only. A `null` default stands for one that depends on the rest. */
export function integer<Default extends number | null>(
  least: number,
  most: number,
  byDefault: Default,
): Parameter<number | Default> {
  return {
    default: byDefault,
    allowed: { kind: 'integer', least, most, orInfinity: false },
    read(received) {
      if (!/^[0-9]{1,15}$/.test(received)) return undefined;
      const value = Number(received);
      return value >= least && value <= most ? value : undefined;
    },
    write: (value) => (value === null ? undefined : String(value)),
  };
}

/** An integer or `inf`, which is also the default. */
export function reach(most: number): Parameter<number> {
  const finite = integer(0, most, 0);
  return {
    default: Infinity,
    allowed: { kind: 'integer', least: 0, most, orInfinity: true },
    read: (received) => (/^inf(inity)?$/i.test(received) ? Infinity : finite.read(received)),
    write: (value) => (value === Infinity ? 'inf' : String(value)),
  };
}

export function boolean(byDefault: boolean): Parameter<boolean> {
  return {
    default: byDefault,
    allowed: { kind: 'boolean' },
    read(received) {
      const word = received.toLowerCase();
      if (word === '' || word === '1' || word === 'true') return true;
      return word === '0' || word === 'false' ? false : undefined;
    },
    write: (value) => (value ? '1' : '0'),
  };
}

/** One of `values`. Those in `notByAddress` exist on the page but need more than an address can carry. */
export function choice<const Value extends string, Default extends NoInfer<Value> | null>(
  values: readonly Value[],
  byDefault: Default,
  notByAddress: readonly NoInfer<Value>[] = [],
): Parameter<Value | Default> {
  const offered = values.filter((value) => !notByAddress.includes(value));
  return {
    default: byDefault,
    allowed: { kind: 'choice', values: offered },
    read: (received) => offered.find((value) => value === received.toLowerCase()),
    write: (value) => offered.find((one) => one === value),
  };
}

/** Free text in NFC. Longer text is refused, not cut, and not written either. */
export function text(mostCodePoints: number): Parameter<string | null> {
  const fits = (value: string) => value.length <= 2 * mostCodePoints && [...value].length <= mostCodePoints;
  return {
    default: null,
    allowed: { kind: 'text', mostCodePoints },
    read(received) {
      // Normal forms may grow or shrink a text; the bound before keeps the work small.
      if (received.length > 8 * mostCodePoints) return undefined;
      const normal = received.normalize('NFC');
      return fits(normal) ? normal : undefined;
    },
    write(value) {
      const normal = value?.normalize('NFC');
      return normal !== undefined && fits(normal) ? normal : undefined;
    },
  };
}

export function allowedText(allowed: Allowed): string {
  if (allowed.kind === 'integer') return `${allowed.least}…${allowed.most}${allowed.orInfinity ? ', inf' : ''}`;
  if (allowed.kind === 'boolean') return '0, 1, true, false';
  if (allowed.kind === 'text') return `≤ ${allowed.mostCodePoints}`;
  return allowed.values.join(', ');
}
