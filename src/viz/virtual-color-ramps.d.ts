// The module made by `tools/color-ramps-plugin.ts`: base64 of 256 RGB triples per ramp.
declare module 'virtual:color-ramps' {
  const tables: Record<import('./color-ramp.ts').RampName, string>;
  export default tables;
}
