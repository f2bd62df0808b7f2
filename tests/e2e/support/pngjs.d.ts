// The part of pngjs that the tests use; the package brings no types.
declare module 'pngjs' {
  export class PNG {
    width: number;
    height: number;
    /** RGBA. */
    data: Buffer;
    static sync: { read(file: Buffer): PNG };
  }
}
