// Vite plugin: the module `virtual:element-attributes` holds the names and types of the element's attributes, out of the schema, as short
// as can be: the element must stay under 5 kB. The frame checks in full.
import type { Plugin } from 'vite';
import type { Allowed } from '../params/parameter.ts';
import { PARAMETER_IDS, SCHEMA } from '../params/schema.ts';

const PUBLIC_ID = 'virtual:element-attributes';
const RESOLVED_ID = '\0virtual:element-attributes';

function kindOf(allowed: Allowed): unknown {
  if (allowed.kind === 'integer')
    return allowed.orInfinity ? [allowed.least, allowed.most, 1] : [allowed.least, allowed.most];
  if (allowed.kind === 'choice') return allowed.values.join('|');
  return allowed.kind === 'boolean' ? 1 : 0;
}

/** Every attribute by name. */
export const attributeTable = (): Record<string, unknown> =>
  Object.fromEntries(PARAMETER_IDS.map((id) => [id, kindOf(SCHEMA[id].allowed)]));

export function elementAttributes(): Plugin {
  return {
    name: 'element-attributes',
    resolveId: (id) => (id === PUBLIC_ID ? RESOLVED_ID : null),
    load: (id) => (id === RESOLVED_ID ? `export default ${JSON.stringify(attributeTable())};` : null),
  };
}
