// NumPy's .npy, versions 1 to 3 (numpy.lib.format): one array, either byte order, either memory order. The header is a
// Python literal; it is read by a fixed grammar, never evaluated, and believed only after the file's size agrees.
import { ELEMENT_TYPES, countOf, readElements, requireFinite, type ElementType, type ParsedFile } from './array.ts';
import { refuse } from './refuse.ts';

/** NumPy's own cap since 2022. */
const LONGEST_HEADER = 10_000;
const HEADER_RULE = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

const TYPES = new Map<string, ElementType>([
  ['f2', ELEMENT_TYPES.f16],
  ['f4', ELEMENT_TYPES.f32],
  ['f8', ELEMENT_TYPES.f64],
  ['i1', ELEMENT_TYPES.i8],
  ['i2', ELEMENT_TYPES.i16],
  ['i4', ELEMENT_TYPES.i32],
  ['i8', ELEMENT_TYPES.i64],
  ['u1', ELEMENT_TYPES.u8],
  ['u2', ELEMENT_TYPES.u16],
  ['u4', ELEMENT_TYPES.u32],
  ['u8', ELEMENT_TYPES.u64],
  ['b1', ELEMENT_TYPES.bool],
]);

interface Header {
  descr: string;
  isFortran: boolean;
  shape: number[];
}

/** One entry of the header. No quantifier holds another, so the time is linear. */
const ENTRY = /^\s*'(descr|fortran_order|shape)'\s*:\s*('[^']*'|True|False|\([0-9, ]*\))\s*(,|$)/;

function parseHeader(name: string, text: string): Header {
  const malformed = () => refuse(name, 'header-malformed', { value: text, allowed: HEADER_RULE });
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) malformed();
  const entries = new Map<string, string>();
  let rest = trimmed.slice(1, -1).trim();
  while (rest !== '') {
    const match = ENTRY.exec(rest);
    if (!match || entries.has(match[1]!)) return malformed();
    entries.set(match[1]!, match[2]!);
    rest = rest.slice(match[0].length).trim();
  }
  const descr = entries.get('descr');
  const order = entries.get('fortran_order');
  const tuple = entries.get('shape');
  if (!descr?.startsWith("'") || !(order === 'True' || order === 'False') || !tuple?.startsWith('('))
    return malformed();
  const sizes = tuple.slice(1, -1).trim();
  const parts = sizes === '' ? [] : (sizes.endsWith(',') ? sizes.slice(0, -1) : sizes).split(',');
  const shape = parts.map((part) => (/^ *[0-9]{1,15} *$/.test(part) ? Number(part) : malformed()));
  return { descr: descr.slice(1, -1), isFortran: order === 'True', shape };
}

function elementType(name: string, descr: string): { type: ElementType; littleEndian: boolean } {
  if (descr.includes('O'))
    refuse(name, 'pickled-objects', { value: descr, allowed: 'numbers; objects would run code when loaded' });
  const type = TYPES.get(descr.slice(1));
  const order = descr.charAt(0);
  if (!type || !'<>|='.includes(order) || (order === '|' && type.size > 1))
    return refuse(name, 'type-unknown', {
      value: descr,
      allowed: `< or > with one of ${[...TYPES.keys()].join(', ')}`,
    });
  return { type, littleEndian: order !== '>' };
}

/** Column-major to row-major. */
function fromFortranOrder(values: Float32Array, shape: readonly number[]): Float32Array {
  const result = new Float32Array(values.length);
  const place = shape.map(() => 0);
  for (let from = 0; from < values.length; from++) {
    let to = 0;
    for (let axis = 0; axis < shape.length; axis++) to = to * shape[axis]! + place[axis]!;
    result[to] = values[from]!;
    for (let axis = 0; axis < shape.length && ++place[axis]! === shape[axis]; axis++) place[axis] = 0;
  }
  return result;
}

/** True for a file that begins as .npy files do. */
export function isNpy(bytes: ArrayBuffer): boolean {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  const head = new Uint8Array(bytes, 0, Math.min(6, bytes.byteLength));
  return magic.every((byte, index) => head[index] === byte);
}

export function parseNpy(name: string, bytes: ArrayBuffer): ParsedFile {
  if (!isNpy(bytes) || bytes.byteLength < 12)
    refuse(name, 'header-too-short', { value: bytes.byteLength, allowed: 'a .npy header of at least 12 bytes' });
  const view = new DataView(bytes);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) refuse(name, 'version-unknown', { value: version, allowed: 'versions 1 to 3' });
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER || start + length > bytes.byteLength)
    refuse(name, 'header-too-long', {
      value: length,
      allowed: `at most ${LONGEST_HEADER} bytes, within the file`,
      numbers: { length, most: LONGEST_HEADER },
    });
  const text = new TextDecoder('latin1').decode(new Uint8Array(bytes, start, length));
  const { descr, isFortran, shape } = parseHeader(name, text);
  const { type, littleEndian } = elementType(name, descr);
  const count = countOf(name, shape);
  const expected = count * type.size;
  const found = bytes.byteLength - start - length;
  if (expected !== found)
    refuse(name, 'size-mismatch', {
      value: found,
      allowed: `${expected} bytes of numbers`,
      numbers: { expected, found },
    });
  const read = readElements(bytes, start + length, count, type, littleEndian);
  requireFinite(name, 'array', read);
  const notes: string[] = [];
  if (isFortran) notes.push('fortran-order');
  if (!littleEndian) notes.push('big-endian');
  const values = isFortran ? fromFortranOrder(read, shape) : read;
  return { arrays: [{ name: 'array', shape, type: descr, values }], tokens: null, notes };
}
