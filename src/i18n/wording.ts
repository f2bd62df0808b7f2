// From data to sentences: failures, notices, file facts and cell names, in the language of the given catalogue.
// The only place that turns a code into words; nothing here computes.
import { deviceName } from '../contract/device-name.ts';
import type { AttentionErrorCode, AttentionErrorDetail } from '../contract/errors.ts';
import type { BackendInfo, BackendReason } from '../contract/engine.ts';
import type { SourceSummary } from '../contract/workbench.ts';
import type { Allowed } from '../params/parameter.ts';
import type { OpeningNotice } from '../params/parse.ts';
import { formatBytes, formatCount, formatDuration } from '../viz/format.ts';
import type { Locale, Text } from './text.ts';

const kebabToSnake = (code: string) => code.replaceAll('-', '_');

/** The message `prefix_code` when the catalogue has it. */
function lookUp(text: Text, prefix: string, code: string, inputs: Record<string, string> = {}): string | null {
  const message = (text as unknown as Record<string, ((inputs: object) => string) | undefined>)[
    `${prefix}_${kebabToSnake(code)}`
  ];
  return message ? message(inputs) : null;
}

function shown(value: unknown): string {
  const full = typeof value === 'string' ? value : Array.isArray(value) ? value.join(' × ') : String(value);
  return full.length > 80 ? `${full.slice(0, 79)}…` : full;
}

/** A failure in words: what happened, which field and value, what is allowed. */
export function wordFailure(
  text: Text,
  locale: Locale,
  failure: { code: AttentionErrorCode; detail: AttentionErrorDetail },
): string {
  const { code, detail } = failure;
  const numbers = detail.numbers ?? {};
  const inputs = {
    field: detail.field ?? '',
    value: shown(detail.value),
    allowed: detail.allowed ?? '',
    ...numbersOf(detail, locale),
    largest: numbers['largestLength'] === undefined ? '?' : formatCount(numbers['largestLength'], locale),
    row: String(numbers['row'] ?? '?'),
    column: String(numbers['column'] ?? '?'),
    index: String(numbers['index'] ?? '?'),
    most: String(numbers['most'] ?? '?'),
  };
  const reason =
    detail.reason &&
    (lookUp(text, 'file_reason', detail.reason, inputs) ?? lookUp(text, 'reason', detail.reason, inputs));
  const general = lookUp(text, 'error', code, inputs) ?? text.error_internal();
  return reason ? `${general}${text.sentence_space()}${reason}` : general;
}

const numbersOf = ({ numbers = {} }: AttentionErrorDetail, locale: Locale) => ({
  needed: numbers['neededBytes'] === undefined ? '?' : formatBytes(numbers['neededBytes'], locale),
  available: numbers['availableBytes'] === undefined ? '?' : formatBytes(numbers['availableBytes'], locale),
});

/** Why a benchmark's case has no row. */
export function wordGap(
  text: Text,
  locale: Locale,
  { code, detail }: { code: AttentionErrorCode | 'over-budget'; detail: AttentionErrorDetail },
): string {
  if (code === 'too-large') return text.gap_too_large(numbersOf(detail, locale));
  if (code !== 'over-budget') return wordFailure(text, locale, { code, detail });
  const { estimateMs, budgetMs } = detail.numbers ?? {};
  if (estimateMs === undefined || budgetMs === undefined) return text.gap_over_budget();
  return text.gap_over_budget_at({
    estimate: formatDuration(estimateMs, locale),
    budget: formatDuration(budgetMs, locale),
  });
}

/** Why a device job ended early, and that nothing measured is lost. */
export function wordDeviceFailure(
  text: Text,
  locale: Locale,
  { code, detail }: { code: AttentionErrorCode; detail: AttentionErrorDetail },
): string {
  if (code === 'aborted') return text.device_cancelled();
  if (code === 'device-lost') return text.device_lost();
  if (code === 'too-large') return text.device_too_large(numbersOf(detail, locale));
  return code === 'internal' ? text.device_failed() : wordFailure(text, locale, { code, detail });
}

/** Why nothing could be saved or copied. */
export function wordExportFailure(
  text: Text,
  locale: Locale,
  { code, detail }: { code: AttentionErrorCode; detail: AttentionErrorDetail },
): string {
  const { cells, mostCells, mostSide, count, most } = detail.numbers ?? {};
  const show = (value: number | undefined) => (value === undefined ? '?' : formatCount(value, locale));
  if (detail.reason === 'nothing-shown') return text.export_nothing_shown();
  if (detail.reason === 'too-many-cells')
    return text.export_too_many_cells({ count: show(cells), most: show(mostCells), side: show(mostSide) });
  if (detail.reason === 'too-many-numbers')
    return text.export_too_many_numbers({ count: show(count), most: show(most) });
  if (detail.reason === 'too-many-pixels') return text.export_too_many_pixels({ most: show(most) });
  if (code === 'aborted') return text.export_aborted();
  return code === 'internal' ? text.export_failed() : wordFailure(text, locale, { code, detail });
}

/** Why the page computes where it does. */
export function wordBackend(text: Text, backend: BackendInfo, gpuReason: BackendReason | null): string {
  if (backend.kind === 'webgpu') return text.backend_is_gpu({ device: deviceName(backend) });
  const why = backend.reason ?? gpuReason;
  const reason = why ? lookUp(text, 'why_cpu', why) : null;
  const onCpu =
    backend.threads === 1 ? text.backend_is_cpu_one() : text.backend_is_cpu({ threads: String(backend.threads) });
  return `${onCpu}${reason ? ` ${reason}` : ''}`;
}

/** What was understood of a dropped file, a line each. */
export function describeFile(text: Text, summary: SourceSummary): string[] {
  const understood = summary.understood;
  if (!understood) return [];
  const lines = understood.arrays.map((array) =>
    text.file_array({
      role: array.role === 'weights' ? text.file_role_weights() : array.role.toUpperCase(),
      name: array.name,
      shape: array.shape.join(' × '),
      type: array.type,
    }),
  );
  for (const note of understood.notes) lines.push(lookUp(text, 'file_note', note) ?? note);
  return lines;
}

export interface CellFacts {
  query: number;
  key: number;
  queryToken: string | null;
  keyToken: string | null;
  state: 'visible' | 'causal' | 'outside';
  /** Formatted; null while unknown. */
  full: string | null;
  windowed: string | null;
  fullRank: { rank: number; of: number } | null;
  windowedRank: { rank: number; of: number } | null;
}

/** "query 4 cat, key 3 sat, weight 0.42, rank 2 of 7; windowed weight 0.61, rank 1 of 3". */
export function wordCell(text: Text, cell: CellFacts): string {
  const place = text.cell_place({
    query: cell.queryToken === null ? String(cell.query) : `${cell.query} ${cell.queryToken}`,
    key: cell.keyToken === null ? String(cell.key) : `${cell.key} ${cell.keyToken}`,
  });
  if (cell.state === 'causal') return `${place}${text.cell_separator()}${text.cell_causal()}`;
  const full =
    cell.full === null
      ? text.cell_unknown()
      : cell.fullRank
        ? text.cell_weight({ weight: cell.full, rank: String(cell.fullRank.rank), of: String(cell.fullRank.of) })
        : text.cell_weight_only({ weight: cell.full });
  const windowed =
    cell.state === 'outside'
      ? text.cell_outside()
      : cell.windowed === null
        ? ''
        : cell.windowedRank
          ? text.cell_windowed({
              weight: cell.windowed,
              rank: String(cell.windowedRank.rank),
              of: String(cell.windowedRank.of),
            })
          : text.cell_windowed_only({ weight: cell.windowed });
  return `${place}${text.cell_separator()}${full}${windowed ? text.cell_semicolon() + windowed : ''}`;
}

function wordAllowed(text: Text, locale: Locale, allowed: Allowed): string {
  const integer = new Intl.NumberFormat(locale, { useGrouping: false });
  if (allowed.kind === 'integer') {
    const range = { least: integer.format(allowed.least), most: integer.format(allowed.most) };
    return allowed.orInfinity ? text.allowed_integer_or_infinity(range) : text.allowed_integer(range);
  }
  if (allowed.kind === 'boolean') return text.allowed_boolean();
  if (allowed.kind === 'origin') return text.allowed_origin();
  if (allowed.kind === 'list') return text.allowed_list({ values: allowed.values.join(', ') });
  if (allowed.kind === 'text') return text.allowed_text({ most: integer.format(allowed.mostCodePoints) });
  return text.allowed_one_of({ values: allowed.values.join(', ') });
}

/** A remark on the address: the parameter, what was received, what is used instead and what is allowed. */
export function wordNotice(text: Text, locale: Locale, notice: OpeningNotice): string {
  if (notice.code === 'language-fallback') return text.notice_language_fallback();
  if (notice.code === 'not-recorded') return text.notice_not_recorded();
  if (notice.code === 'bad-state')
    return text[`notice_state_${notice.reason === 'too-long' ? 'too_long' : notice.reason}`]();
  const { parameter, received, used } = notice;
  const allowed = wordAllowed(text, locale, notice.allowed);
  return used === null
    ? text.notice_bad_value_none({ parameter, received, allowed })
    : text.notice_bad_value({ parameter, received, used, allowed });
}
