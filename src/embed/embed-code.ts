// The code a teacher pastes: a frame's address and the snippets around it. Text in, text out; the share dialog shows it.
// Whatever a reader typed is inside an address or an attribute and is escaped for it.
import type { Language } from '../params/lang.ts';
import { serialiseValues } from '../params/serialise.ts';
import type { Parameter } from '../params/parameter.ts';
import { usualValues } from '../params/read-values.ts';
import { SCHEMA, isSame, type LabValues, type ParameterId } from '../params/schema.ts';

export interface EmbedChoice {
  values: LabValues;
  /** Null lets the frame speak the reader's language. */
  language: Language | null;
  /** CSS: the frame's width is the column's; its height is fixed, or follows the width. */
  size: { kind: 'ratio'; ratio: '16 / 10' | '4 / 3' | '1 / 1' } | { kind: 'height'; heightPx: number };
  /** What the frame is called, for those who cannot see it. */
  title: string;
}

export const EMBED_FORMATS = ['iframe', 'element', 'markdown', 'myst', 'reveal', 'slidev'] as const;
export type EmbedFormat = (typeof EMBED_FORMATS)[number];

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Lists and positions stay readable: a comma needs no escape in a query. */
const readable = (query: URLSearchParams) => query.toString().replaceAll('%2C', ',');

/** The frame's address. It always says a value, because a bare address opens with the opening setting. */
export function frameAddress(siteUrl: string, { values, language }: Pick<EmbedChoice, 'values' | 'language'>): string {
  const query = new URLSearchParams(serialiseValues({ ...values, lang: 'en' }));
  if (language !== null) query.set('lang', language);
  if (query.size === 0) query.set('left', SCHEMA.left.write(values.left)!);
  return new URL(`embed/?${readable(query)}`, siteUrl).href;
}

/** The attributes of `<attention-lab>` that say the same as the frame's address. */
function attributes({ values, language }: EmbedChoice): string[] {
  const usual: LabValues = usualValues(values.preset, 'en');
  const written: string[] = [];
  for (const id of Object.keys(SCHEMA) as ParameterId[]) {
    if (id === 'lang' || isSame(values[id], usual[id])) continue;
    const value = (SCHEMA[id] as Parameter<unknown>).write(values[id]);
    if (value !== undefined) written.push(`${id}="${escapeHtml(value)}"`);
  }
  if (language !== null) written.push(`lang="${language}"`);
  return written.length > 0 ? written : [`left="${SCHEMA.left.write(values.left)!}"`];
}

function styleOf({ size }: EmbedChoice): string {
  const height =
    size.kind === 'ratio'
      ? `aspect-ratio:${size.ratio.replaceAll(' ', '')};min-height:360px`
      : `height:${size.heightPx}px`;
  return `width:100%;${height};border:0`;
}

/** A snippet for one kind of page. `siteUrl` ends with a slash. */
export function embedCode(format: EmbedFormat, siteUrl: string, choice: EmbedChoice): string {
  const address = frameAddress(siteUrl, choice);
  const title = escapeHtml(choice.title);
  const frame = (source: string) =>
    `<iframe ${source}="${escapeHtml(address)}"\n  title="${title}"${source === 'src' ? ' loading="lazy"' : ''} allow="fullscreen; clipboard-write"\n  style="${styleOf(choice)}"></iframe>`;
  switch (format) {
    case 'iframe':
      return frame('src');
    case 'element':
      return [
        `<script type="module" src="${escapeHtml(new URL('lib/attention-lab-element.js', siteUrl).href)}"></script>`,
        `<attention-lab\n  ${attributes(choice).join('\n  ')}\n  frame-title="${title}">`,
        `  <a href="${escapeHtml(address)}">${title}</a>`,
        '</attention-lab>',
      ].join('\n');
    case 'markdown':
      return `[${title.replaceAll(/[[\]\\]/g, '\\$&')}](${address.replaceAll('(', '%28').replaceAll(')', '%29')})`;
    case 'myst':
      return `\`\`\`{iframe} ${address}\n:width: 100%\n:title: ${choice.title.replaceAll(/[\n<>]/g, ' ')}\n\`\`\``;
    case 'reveal':
      // A deck loads the frame when its slide comes near.
      return `<section>\n${frame('data-src')}\n</section>`;
    case 'slidev':
      return `---\nlayout: iframe\nurl: ${JSON.stringify(address)}\n---`;
  }
}
