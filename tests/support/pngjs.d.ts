// The part of pngjs that the tests use: it has no types of its own.
declare module 'pngjs' {
  export const PNG: {
    readonly sync: {
      /** Throws on a damaged file. `data` is RGBA, row-major. */
      read(file: Uint8Array): { width: number; height: number; data: Uint8Array };
    };
  };
}
