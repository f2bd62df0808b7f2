// Made at build time from the schema by `tools/element-attributes-plugin.ts`.
declare module 'virtual:element-attributes' {
  /** What an attribute may say: a range of integers (and `inf`), `|`-separated choices, true or false, or anything. */
  export type AttributeKind = readonly [least: number, most: number, orInfinity?: 1] | string | 1 | 0;
  const table: Readonly<Record<string, AttributeKind>>;
  export default table;
}
