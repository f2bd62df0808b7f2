// The .safetensors format: an 8-byte length, a JSON header, then the arrays end to end. The rules are those of its
// reference implementation (no overlap, no hole, every offset checked), with far lower caps than its 100 MB of header.
import { ELEMENT_TYPES, countOf, readElements, requireFinite, type ElementType, type ParsedFile } from './array.ts';
import { parseJsonText } from './json-text.ts';
import { refuse } from './refuse.ts';
import { roleOf } from './roles.ts';

const LONGEST_HEADER = 2 ** 20;
const MOST_ARRAYS = 4096;
/** header → array → shape or offsets. */
const DEEPEST = 3;

const TYPES = new Map<string, ElementType>([
  ['F16', ELEMENT_TYPES.f16],
  ['BF16', ELEMENT_TYPES.bf16],
  ['F32', ELEMENT_TYPES.f32],
  ['F64', ELEMENT_TYPES.f64],
  ['I8', ELEMENT_TYPES.i8],
  ['U8', ELEMENT_TYPES.u8],
  ['I16', ELEMENT_TYPES.i16],
  ['U16', ELEMENT_TYPES.u16],
  ['I32', ELEMENT_TYPES.i32],
  ['U32', ELEMENT_TYPES.u32],
  ['I64', ELEMENT_TYPES.i64],
  ['U64', ELEMENT_TYPES.u64],
  ['BOOL', ELEMENT_TYPES.bool],
]);

interface Entry {
  name: string;
  type: ElementType;
  typeName: string;
  shape: number[];
  count: number;
  begin: number;
  end: number;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** Reads one header entry and checks it against itself; neighbours are checked later. */
function readEntry(file: string, name: string, described: unknown, room: number): Entry {
  const typeName = property(described, 'dtype');
  const type = typeof typeName === 'string' ? TYPES.get(typeName) : undefined;
  if (!type || typeof typeName !== 'string')
    return refuse(file, 'type-unknown', { value: typeName, allowed: `one of ${[...TYPES.keys()].join(', ')}` });
  const shape = property(described, 'shape');
  if (!Array.isArray(shape)) return refuse(file, 'shape-malformed', { value: name, allowed: 'a list of dimensions' });
  const count = countOf(file, shape);
  const offsets = property(described, 'data_offsets');
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (
    typeof begin !== 'number' ||
    typeof end !== 'number' ||
    !(Number.isSafeInteger(begin) && Number.isSafeInteger(end))
  )
    return refuse(file, 'offsets-malformed', { value: name, allowed: 'two whole numbers' });
  if (begin < 0 || end < begin || end > room)
    return refuse(file, 'offsets-malformed', {
      value: name,
      allowed: `offsets within the ${room} bytes of data`,
      numbers: { begin, end, room },
    });
  const expected = count * type.size;
  if (end - begin !== expected)
    return refuse(file, 'size-mismatch', {
      value: name,
      allowed: `${expected} bytes for this shape and type`,
      numbers: { expected, found: end - begin },
    });
  return { name, type, typeName, shape: shape as number[], count, begin, end };
}

/** Arrays must cover the data from its first to its last byte, each byte once. */
function requireCover(file: string, entries: Entry[], room: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin)) {
    if (begin !== covered)
      refuse(file, begin < covered ? 'offsets-overlap' : 'offsets-leave-hole', {
        value: name,
        allowed: `to begin at byte ${covered} of the data`,
        numbers: { byte: begin, expected: covered },
      });
    covered = end;
  }
  if (covered !== room)
    refuse(file, 'offsets-leave-hole', {
      value: `${room - covered} bytes at the end`,
      allowed: 'no bytes that belong to no array',
      numbers: { byte: covered, expected: room },
    });
}

export function parseSafetensors(file: string, bytes: ArrayBuffer): ParsedFile {
  if (bytes.byteLength < 10)
    refuse(file, 'header-too-short', { value: bytes.byteLength, allowed: 'a header of at least 10 bytes' });
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  if (length < 2 || length > LONGEST_HEADER || length > bytes.byteLength - 8)
    refuse(file, 'header-too-long', {
      value: length,
      allowed: `2 to ${LONGEST_HEADER} bytes, within the file`,
      numbers: { length, most: LONGEST_HEADER },
    });
  const header = parseJsonText(file, new Uint8Array(bytes, 8, length), DEEPEST);
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return refuse(file, 'header-malformed', { value: 'header', allowed: 'a JSON object' });
  const room = bytes.byteLength - 8 - length;
  const described = Object.entries(header).filter(([name]) => name !== '__metadata__');
  if (described.length > MOST_ARRAYS)
    refuse(file, 'too-many-arrays', {
      value: described.length,
      allowed: `at most ${MOST_ARRAYS} arrays`,
      numbers: { found: described.length, most: MOST_ARRAYS },
    });
  const entries = described.map(([name, description]) => readEntry(file, name, description, room));
  requireCover(file, entries, room);
  const known = entries.filter(({ name }) => roleOf(name) !== null);
  if (known.length === 0)
    refuse(file, 'arrays-missing', {
      value: entries.map(({ name }) => name).join(', '),
      allowed: 'arrays named q and k (and v), or weights',
    });
  const arrays = known.map(({ name, type, typeName, shape, count, begin }) => {
    const values = readElements(bytes, 8 + length + begin, count, type, true);
    requireFinite(file, name, values);
    return { name, shape, type: typeName, values };
  });
  return { arrays, tokens: null, notes: known.length < entries.length ? ['ignored-fields'] : [] };
}
