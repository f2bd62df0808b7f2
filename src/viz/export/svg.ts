// SVG as text: elements with escaped attributes and words. Foreign words come through as words, whatever they hold; what XML cannot hold
// is replaced. No DOM, so that the same drawing can be made and tested anywhere.

/** NUL, controls, lone surrogates and non-characters make a file no parser takes. */
function holdable(text: string): string {
  let held = '';
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d;
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    held += isControl || code === 0x7f || isSurrogate || (code & 0xfffe) === 0xfffe ? '\ufffd' : letter;
  }
  return held;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Words for an element or an attribute. Line ends and tabs survive as references. */
export function escapeXml(text: string): string {
  return holdable(text)
    .replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter]!)
    .replaceAll(/[\t\n\r]/g, (letter) => `&#${letter.codePointAt(0)};`);
}

/** Numbers are cut to a thousandth of a pixel. Undefined leaves the attribute out. */
export type Attributes = Record<string, string | number | undefined>;

const written = (value: string | number) =>
  typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : escapeXml(value);

/** An element; children are markup already. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${written(value!)}"`)
    .join('');
  return children.length > 0 ? `<${name}${given}>${children.join('')}</${name}>` : `<${name}${given}/>`;
}

/** A line of words. */
export function textElement(words: string, attributes: Attributes): string {
  return element('text', attributes, escapeXml(words));
}
