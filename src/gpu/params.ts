// How a dispatch's numbers become the bytes of WGSL's `struct Params`: four-byte scalars in order, nothing else.
// A unit test compares every layout with its shader's struct. Used by `kernels/` and `pipelines.ts`.

export type ParamType = 'u32' | 'i32' | 'f32';
export type ParamsLayout = Readonly<Record<string, ParamType>>;
export type ParamValues<L extends ParamsLayout> = { readonly [name in keyof L]: number };

/** Bytes of the struct, rounded up to the 16 that uniform buffers want. */
export function paramsByteLength(layout: ParamsLayout): number {
  return Math.ceil((Object.keys(layout).length * 4) / 16) * 16;
}

export function packParams<L extends ParamsLayout>(layout: L, values: ParamValues<L>): ArrayBuffer {
  const buffer = new ArrayBuffer(paramsByteLength(layout));
  const view = new DataView(buffer);
  let offset = 0;
  for (const [name, type] of Object.entries(layout)) {
    const value = values[name as keyof L];
    if (type === 'f32') view.setFloat32(offset, value, true);
    else if (type === 'i32') view.setInt32(offset, value, true);
    else view.setUint32(offset, value, true);
    offset += 4;
  }
  return buffer;
}
