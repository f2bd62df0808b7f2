// The light check of the element's attributes: names and types. Ranges that depend on each other are the frame's to judge.
import table, { type AttributeKind } from 'virtual:element-attributes';

export const PARAMETER_NAMES = Object.keys(table);
export const isParameter = (name: string): boolean => Object.hasOwn(table, name);

export type AttributeValue = string | number | boolean;

function readKind(kind: AttributeKind, text: string): AttributeValue | undefined {
  const word = text.trim().toLowerCase();
  if (kind === 1) return /^(1|true|)$/.test(word) ? true : /^(0|false)$/.test(word) ? false : undefined;
  if (kind === 0) return text;
  if (typeof kind === 'string') return kind.split('|').includes(word) ? word : undefined;
  const [least, most, orInfinity] = kind;
  if (orInfinity && /^inf(inity)?$/.test(word)) return Infinity;
  return /^\d{1,15}$/.test(word) && +word >= least && +word <= most ? +word : undefined;
}

/** Undefined when the text is not allowed. */
export const readAttribute = (name: string, text: string): AttributeValue | undefined => readKind(table[name]!, text);

/** As an attribute says it: `inf` for infinity, words after each other with commas. */
export const writeAttribute = (value: unknown): string => (value === Infinity ? 'inf' : String(value));

export function allowedWords(name: string): string {
  const kind = table[name]!;
  if (typeof kind === 'string') return kind.replaceAll('|', ', ');
  return typeof kind === 'number' ? '0, 1, true, false' : `${kind[0]}…${kind[1]}${kind[2] ? ', inf' : ''}`;
}
