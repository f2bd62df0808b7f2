// The picture in words, from its exact numbers: title, a paragraph that stands for the picture, alternative text, and the lines that say
// where it comes from. In the page's language. Called by the exports of pictures and texts.
import type { ResolvedMask } from '../../../contract/problem.ts';
import { visiblePairs } from '../../../contract/visibility.ts';
import type { Measurement, PicturePair, Variant } from '../../../contract/workbench.ts';
import type { Locale, Text } from '../../../i18n/text.ts';
import { wordBackend } from '../../../i18n/wording.ts';
import { median } from '../../../theory/statistics.ts';
import { tokenText } from '../../../viz/axis-labels.ts';
import type { Provenance } from '../../../viz/export/provenance.ts';
import { queryToken } from '../../../viz/export/weights-csv.ts';
import { formatCount, formatDuration, formatShare, formatWeight } from '../../../viz/format.ts';
import { backendOf } from '../../../viz/head-hue.ts';
import { topKeys } from '../../../viz/row-summary.ts';
import type { LabValues } from '../../../params/schema.ts';
import type { ExportLab } from './export-lab.ts';
import type { Resting } from './gather.ts';

export interface Words {
  text: Text;
  locale: Locale;
}

export function titleOf({ text }: Words, { source, head, full }: Provenance): string {
  const inputs = { head: String(head + 1), heads: String(full.heads) };
  return source.layers > 1
    ? text.export_title_layer({ layer: String(source.layer + 1), ...inputs })
    : text.export_title(inputs);
}

const LONGEST_NAME = 90;

export function sourceLine({ text }: Words, { source }: Provenance): string {
  const letters = [...source.name.replace(/\s+/g, ' ')];
  const name = letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join('')}…` : letters.join('');
  if (source.kind === 'synthetic')
    return text.export_source_synthetic({ name: text[`signal_${name as 'random'}`](), seed: String(source.seed) });
  return source.kind === 'file' ? text.export_source_file({ name }) : text.export_source_text({ name });
}

function maskWords({ text, locale }: Words, { causal, left, right, dilation, globalTokens }: ResolvedMask): string[] {
  const reach = (value: number) => (value === Infinity ? text.export_unlimited() : formatCount(value, locale));
  const words: string[] = [];
  if (causal) words.push(text.export_causal());
  words.push(
    left === Infinity && right === Infinity
      ? text.export_no_window()
      : text.export_window({ left: reach(left), right: reach(right) }),
  );
  if (dilation > 1) words.push(text.export_dilation({ count: formatCount(dilation, locale) }));
  if (globalTokens > 0) words.push(text.export_global({ count: formatCount(globalTokens, locale) }));
  return words;
}

export function parametersLine(words: Words, { full, windowed, source }: Provenance): string {
  const { text, locale } = words;
  const sizes = [
    full.queryLength === full.keyLength
      ? `n = ${formatCount(full.queryLength, locale)}`
      : `n = ${formatCount(full.queryLength, locale)} × ${formatCount(full.keyLength, locale)}`,
    text.export_heads({ count: formatCount(full.heads, locale) }),
    ...(source.isMatrix ? [] : [`d = ${formatCount(full.headDim, locale)}`]),
  ];
  // "n = 24" stays on one line.
  const unbroken = (part: string) => part.replaceAll(' = ', '\u00a0=\u00a0');
  return [...sizes, ...maskWords(words, windowed.mask)].map(unbroken).join(text.cell_separator());
}

/** One of the clocks of one backend, named; medians of the measured runs where there are any. */
export function timeLine({ text, locale }: Words, { source, backend, timing, measured }: Provenance): string | null {
  if (source.isMatrix) return null;
  const device = backend.kind === 'webgpu' ? 'gpu' : 'cpu';
  const own = (variant: Variant) =>
    measured.find(({ series }) => series === `${device}-${variant}` && backendOf(series) === device);
  const [full, windowed] = [own('full'), own('windowed')];
  const show = (ms: number) => formatDuration(ms, locale);
  if (full && windowed) {
    const hasKernel = full.kernel.length > 0 && windowed.kernel.length > 0;
    const of = (one: Measurement) => show(median(hasKernel ? one.kernel : one.wall));
    const inputs = { full: of(full), windowed: of(windowed), samples: String(Math.min(full.wall.length, windowed.wall.length)) }; // prettier-ignore
    return hasKernel ? text.export_time_kernel_median(inputs) : text.export_time_wall_median(inputs);
  }
  const inputs = { full: show(timing.full.wall), windowed: show(timing.windowed.wall) };
  return text.export_time_run(inputs);
}

/** The lines under a figure: normalisation, device and time, version and address. Source and parameters stand above it. */
export function provenanceLines(words: Words, provenance: Provenance, lab: ExportLab, { computed }: Resting): string[] {
  const { text } = words;
  const backend = wordBackend(text, computed.backend, lab.session.backends?.gpuReason ?? null);
  const time = timeLine(words, provenance);
  const { version, link, source } = provenance;
  const by = `Attention Lab ${version}`;
  const address = link ?? lab.siteUrl;
  return [
    [source.isMatrix ? text.export_norm_matrix() : text.export_norm(), ...(source.isMatrix ? [] : [backend])].join(
      text.sentence_space(),
    ) + (time ? `${text.sentence_space()}${time}` : ''),
    ...(address.length > 90 ? [by, address] : [`${by} · ${address}`]),
  ];
}

const STRONGEST = 3;

/** The strongest cells of a picture: of its blocks where they are pooled. */
function strongestCells(picture: PicturePair): { query: number; key: number; weight: number }[] {
  const { rows, columns, height, width, full } = picture;
  return topKeys(full, STRONGEST).map((at) => ({
    query: rows[0] + Math.floor((Math.floor(at / width) * (rows[1] - rows[0])) / height),
    key: columns[0] + Math.floor(((at % width) * (columns[1] - columns[0])) / width),
    weight: full[at]!,
  }));
}

/** What the picture shows, for those who cannot see it and for the figure's description. */
export function descriptionOf(words: Words, provenance: Provenance, { picture }: Resting): string {
  const { text, locale } = words;
  const { full, windowed, tokens } = provenance;
  const named = (token: string, index: number) => (token === '' ? String(index) : `${index} ${tokenText(token)}`);
  const isPooled = picture.height < picture.rows[1] - picture.rows[0] || picture.width < picture.columns[1] - picture.columns[0]; // prettier-ignore
  const cells = strongestCells(picture)
    .filter(({ weight }) => weight > 0)
    .map(({ query, key, weight }) => {
      const place = text.cell_place({
        query: named(isPooled ? '' : queryToken(provenance, query), query),
        key: named(isPooled ? '' : (tokens?.[key] ?? ''), key),
      });
      return text.export_strong_cell({ place, weight: formatWeight(weight, locale) });
    });
  const [fullPairs, pairs] = [visiblePairs(full), visiblePairs(windowed)];
  const sentences = [
    text.export_describe({
      title: titleOf(words, provenance),
      source: sourceLine(words, provenance),
      parameters: parametersLine(words, provenance),
    }),
    pairs < fullPairs
      ? text.export_describe_window({
          pairs: formatCount(pairs, locale),
          of: formatCount(fullPairs, locale),
          share: formatShare(pairs / fullPairs, locale),
        })
      : text.export_describe_no_window({ of: formatCount(fullPairs, locale) }),
    ...(cells.length > 0 ? [text.export_describe_strongest({ cells: cells.join(text.cell_semicolon()) })] : []),
  ];
  return sentences.join(text.sentence_space());
}

/** One sentence in place of the picture. */
export function altTextOf(words: Words, provenance: Provenance, view: LabValues['view']): string {
  return words.text.export_alt({
    view: words.text[`view_${view}`](),
    title: titleOf(words, provenance),
    source: sourceLine(words, provenance),
    parameters: parametersLine(words, provenance),
  });
}
