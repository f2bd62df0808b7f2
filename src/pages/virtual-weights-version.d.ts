// Written by `tools/weights-version-plugin.ts`.
declare module 'virtual:weights-version' {
  export const weightsVersion: string;
}
