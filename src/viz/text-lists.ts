// Lists of texts and labels as a reader writes or pastes them: a line each, with a true label or a description behind a mark; or CSV with
// quotes and line breaks, by d3's parser. Nothing is lost on the way: what is not understood stays text. Called by the zero-shot lab.
import { csvParseRows, tsvParseRows } from 'd3';

export interface ListedText {
  text: string;
  /** The label its writer gave it; null for none. */
  truth: string | null;
}

export interface ListedLabel {
  name: string;
  description: string;
}

const TRUTH_MARK = ' | ';
const oneLine = (text: string) => text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ').trim();

/** A line each; empty ones are left out. The last ` | ` parts a text from its true label. */
export function readTexts(written: string): ListedText[] {
  return written
    .split(/\r\n|[\r\n]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.lastIndexOf(TRUTH_MARK);
      if (at <= 0) return { text: line, truth: null };
      return { text: line.slice(0, at).trim(), truth: line.slice(at + TRUTH_MARK.length).trim() || null };
    });
}

export const writeText = ({ text, truth }: ListedText): string =>
  truth === null ? oneLine(text) : `${oneLine(text)}${TRUTH_MARK}${oneLine(truth)}`;

/** A line each, `name: description`, with a full-width colon, too. Of names written twice the first counts; the others are told. */
export function readLabels(written: string): { labels: ListedLabel[]; duplicates: string[] } {
  const labels = new Map<string, ListedLabel>();
  const duplicates = new Set<string>();
  for (const line of written.split(/\r\n|[\r\n]/)) {
    const [, name = '', description = ''] = /^\s*(.*?)\s*(?:(?::\s|：)\s*(.*?)\s*)?$/.exec(line) ?? [];
    if (name === '') continue;
    const key = name.toLowerCase();
    if (labels.has(key)) duplicates.add(name);
    else labels.set(key, { name, description });
  }
  return { labels: [...labels.values()], duplicates: [...duplicates] };
}

export const writeLabel = ({ name, description }: ListedLabel): string =>
  description === '' ? oneLine(name) : `${oneLine(name)}: ${oneLine(description)}`;

const HEADS = /^(?:text|sentence|label|category|class|name|description|topic|文本|标签|类别|描述)$/i;

/**
 * Rows of a pasted table, `[first, second column]`; null for what is no table: no quoted field and no tab. A head row of usual names is left
 * out. Where there are commas but no quote, commas are taken for commas of sentences.
 */
export function readPasted(pasted: string): [first: string, second: string][] | null {
  const isTabbed = pasted.includes('\t');
  const isQuoted = /(?:^|[,\r\n])[ ]*"(?:[^"]|"")*"[ ]*(?=,|\r|\n|$)/.test(pasted);
  const hasHead = pasted
    .split(/\r?\n/, 1)[0]!
    .split(',')
    .every((cell) => HEADS.test(cell.trim().replaceAll('"', '')));
  if (!isTabbed && !isQuoted && !(hasHead && pasted.includes('\n'))) return null;
  const rows = (isTabbed && !isQuoted ? tsvParseRows : csvParseRows)(pasted.replace(/^\ufeff/, ''))
    .map((cells): [string, string] => [oneLine(cells[0] ?? ''), oneLine(cells[1] ?? '')])
    .filter(([first]) => first !== '');
  return rows.length > 0 && HEADS.test(rows[0]![0]) ? rows.slice(1) : rows;
}
