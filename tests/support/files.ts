// Builds small files of each import format, right or wrong on purpose. Called by the import tests.

export function textFile(text: string): ArrayBuffer {
  return new TextEncoder().encode(text).buffer as ArrayBuffer;
}

function join(...parts: Uint8Array[]): ArrayBuffer {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    joined.set(part, place);
    place += part.length;
  }
  return joined.buffer;
}

/** A .npy file with this very header text. */
export function rawNpyFile(header: string, data: Uint8Array, version = 1): ArrayBuffer {
  const text = new TextEncoder().encode(header);
  const start = new Uint8Array(version === 1 ? 10 : 12);
  start.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(start.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  return join(start, text, data);
}

export function npyFile(
  descr: string,
  shape: number[],
  data: Uint8Array,
  { isFortran = false, version = 1 } = {},
): ArrayBuffer {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${descr}', 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': (${tuple}), }   \n`;
  return rawNpyFile(header, data, version);
}

/** A .safetensors file with this very header text. */
export function rawSafetensorsFile(header: string | Uint8Array, data: Uint8Array, length?: bigint): ArrayBuffer {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  return join(start, text, data);
}

export function safetensorsFile(
  arrays: { name: string; dtype: string; shape: number[]; data: Uint8Array }[],
): ArrayBuffer {
  let place = 0;
  const entries = arrays.map(({ name, dtype, shape, data }) => {
    const begin = place;
    place += data.length;
    return [name, { dtype, shape, data_offsets: [begin, place] }];
  });
  const header = JSON.stringify({ __metadata__: { made: 'here' }, ...Object.fromEntries(entries) });
  return rawSafetensorsFile(header, new Uint8Array(join(...arrays.map(({ data }) => data))));
}
