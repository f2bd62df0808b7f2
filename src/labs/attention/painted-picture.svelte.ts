// The newest pair of pictures as pixels, legends, axes and words: everything between the session's numbers and the markup.
// One per attention lab; Pictures and Comparison draw from it. Holds no state of its own.
import type { ResolvedProblem } from '../../contract/problem.ts';
import { isFullyVisible } from '../../contract/visibility.ts';
import type { PicturePair, Variant } from '../../contract/workbench.ts';
import type { Naming } from '../../i18n/describe.ts';
import { sampleLang } from '../../i18n/sample-words.ts';
import { wordCell } from '../../i18n/wording.ts';
import type { LabValues } from '../../params/schema.ts';
import type { PageLanguage } from '../../state/lab-context.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';
import { indexLabels, labelAt, tokenLabels, tokenText } from '../../viz/axis-labels.ts';
import { cellStates } from '../../viz/cell-states.ts';
import { ramp, type DifferenceRamp } from '../../viz/color-ramp.ts';
import {
  differenceStops,
  largestMagnitude,
  largestOf,
  legendStops,
  rampTop,
  weightScale,
} from '../../viz/color-scale.ts';
import { formatCount, formatDifference, formatShare, formatWeight } from '../../viz/format.ts';
import { differenceOf, paintDifference, paintWeights } from '../../viz/heatmap-pixels.ts';
import { extremesOf, isOfCells } from '../../viz/picture-pattern.ts';
import { hiddenRegions } from '../../viz/hidden-regions.ts';
import type { AttentionView } from './attention-view.svelte.ts';

type Range = [number, number];
export type Axis = 'query' | 'key';
const AXIS_FONT_PX = 12;
const INDEX_SPACING_PX = { left: 28, bottom: 56 } as const;

const blockOf = (range: Range, blocks: number) => Math.ceil((range[1] - range[0]) / blocks);

function rankOf(cell: { rank?: number; of?: number } | null): { rank: number; of: number } | null {
  return cell?.rank === undefined || cell.of === undefined ? null : { rank: cell.rank, of: cell.of };
}

export class PaintedPicture {
  readonly #session: LabSession;
  readonly #view: AttentionView;
  readonly #values: () => LabValues;
  readonly #language: PageLanguage;

  constructor(session: LabSession, view: AttentionView, values: () => LabValues, language: PageLanguage) {
    this.#session = session;
    this.#view = view;
    this.#values = values;
    this.#language = language;
  }

  get #picture(): PicturePair | null {
    return this.#session.shown?.picture ?? null;
  }

  viewport = $derived.by(() => {
    const picture = this.#picture;
    return picture ? { rows: picture.rows, columns: picture.columns } : this.#view.viewport;
  });
  size = $derived.by(() => ({ height: this.#picture?.height ?? 1, width: this.#picture?.width ?? 1 }));
  isStale = $derived.by(() => this.#session.activity === 'computing' || this.#session.activity === 'opening');

  /** "max of 4 × 4"; empty when every block is one cell. */
  pooledNote = $derived.by(() => {
    const picture = this.#picture;
    if (!picture) return '';
    const rows = blockOf(picture.rows, picture.height);
    const columns = blockOf(picture.columns, picture.width);
    if (rows === 1 && columns === 1) return '';
    const { text, locale } = this.#language;
    return text.pooled_max({ rows: formatCount(rows, locale), columns: formatCount(columns, locale) });
  });

  // Both pictures share one domain, so that equal colours are equal weights. A few very large weights would darken all the rest:
  // the linear ramp ends where all but the strongest cells lie below, and its legend says so.
  #largest = $derived.by(() =>
    this.#picture ? Math.max(largestOf(this.#picture.full), largestOf(this.#picture.windowed)) : 1,
  );
  #top = $derived.by(() => {
    const { scale } = this.#values();
    if (scale === 'row') return 1;
    return this.#picture && scale === 'linear' ? rampTop([this.#picture.full, this.#picture.windowed]) : this.#largest;
  });

  full = $derived.by(() => this.#paint('full'));
  windowed = $derived.by(() => this.#paint('windowed'));

  #paint(variant: Variant): Uint8ClampedArray | null {
    const shown = this.#session.shown;
    if (!shown) return null;
    const { scale, cmap } = this.#values();
    return paintWeights(shown.picture[variant], this.size, {
      ramp: ramp(cmap),
      scale,
      max: this.#top,
      states: this.#statesOf(this.#view.problems?.[variant], shown.picture),
    });
  }

  #statesOf(problem: ResolvedProblem | undefined, picture: PicturePair) {
    return problem && !isFullyVisible(problem) ? cellStates(problem, picture) : undefined;
  }

  #difference = $derived.by(() => (this.#picture ? differenceOf(this.#picture.windowed, this.#picture.full) : null));
  #limit = $derived.by(() => (this.#difference ? largestMagnitude(this.#difference) : 0));
  differenceRamp = $derived.by((): DifferenceRamp => (this.#language.isDark ? 'difference-dark' : 'difference-light'));
  /** Where the window gives and takes most; null for a pooled picture, whose blocks hold maxima of different cells. */
  extremes = $derived.by(() =>
    this.#picture && this.#difference && isOfCells(this.#picture) ? extremesOf(this.#difference, this.#picture) : null,
  );
  /** False where the window changes no weight that is shown. */
  hasDifference = $derived.by(() => this.#limit > 0);
  difference = $derived.by(() => this.differenceOn(this.differenceRamp));

  /** Windowed minus full on either ground; what full attention hides too is left out. */
  differenceOn(name: DifferenceRamp): Uint8ClampedArray<ArrayBuffer> | null {
    const picture = this.#picture;
    if (!picture || !this.#difference) return null;
    return paintDifference(this.#difference, this.size, {
      ramp: ramp(name),
      limit: this.#limit,
      states: this.#statesOf(this.#view.problems?.full, picture),
    });
  }

  /** Outlines of what causality and the window hide. */
  hidden = $derived.by(() => {
    const problems = this.#view.problems;
    return problems && this.#picture ? hiddenRegions(problems.windowed, this.#picture) : { causal: '', outside: '' };
  });

  stops = $derived.by(() => {
    const { scale } = this.#values();
    const { locale } = this.#language;
    return legendStops(weightScale(scale, this.#top)).map(({ position, value }) => {
      const isCut = position === 1 && scale === 'linear' && this.#largest > this.#top;
      return {
        at: position,
        text: scale === 'row' ? formatShare(value, locale) : `${isCut ? '≥ ' : ''}${formatWeight(value, locale)}`,
      };
    });
  });
  differenceStops = $derived.by(() =>
    differenceStops(this.#limit).map(({ position, value }) => ({
      at: position,
      text: formatDifference(value, this.#language.locale),
    })),
  );

  get tokens(): string[] | null {
    return this.#session.source?.tokens ?? null;
  }

  /** The language of the tokens; nothing where positions have numbers only. */
  wordsLang = $derived.by(() =>
    this.tokens
      ? sampleLang(this.tokens.slice(0, 400).join(' '), this.#session.source?.kind === 'file' ? '' : 'en')
      : undefined,
  );

  /** The queries' tokens: each has that of its own position on the key axis, or its number where it stands before all keys. */
  #queryTokens = $derived.by((): string[] | null => {
    const { tokens } = this;
    const first = this.#view.positionOf(0);
    if (tokens === null || first === 0) return tokens;
    if (first > 0) return tokens.slice(first);
    return [...Array.from({ length: -first }, (_, query) => this.#count(query)), ...tokens];
  });

  #count(position: number): string {
    return formatCount(position, this.#language.locale);
  }
  #nameIn(tokens: string[] | null, position: number): string {
    return tokens ? tokenText(tokens[position] ?? '') : this.#count(position);
  }
  /** A query's token, or its number. */
  queryName(query: number): string {
    return this.#nameIn(this.#queryTokens, query);
  }
  /** A key's token, or its number. */
  keyName(key: number): string {
    return this.#nameIn(this.tokens, key);
  }
  nameOf(axis: Axis, position: number): string {
    return axis === 'query' ? this.queryName(position) : this.keyName(position);
  }

  /** How sentences name positions. */
  get naming(): Naming {
    const { text, locale } = this.#language;
    return {
      text,
      locale,
      names: this.tokens && { query: (query) => this.queryName(query), key: (key) => this.keyName(key) },
    };
  }

  labels(axis: Axis, side: keyof typeof INDEX_SPACING_PX, range: Range, lengthPx: number) {
    const tokens = axis === 'query' ? this.#queryTokens : this.tokens;
    if (tokens) return tokenLabels(tokens, range, lengthPx, AXIS_FONT_PX);
    return indexLabels(range, lengthPx, INDEX_SPACING_PX[side], (index) => this.#count(index));
  }

  activeLabel(axis: Axis, range: Range, lengthPx: number, position: number | undefined) {
    if (position === undefined || position < range[0] || position >= range[1]) return null;
    return labelAt(position, this.nameOf(axis, position), range, lengthPx);
  }

  /** What a cell reads, aloud and under the pictures. */
  cellName(query: number, key: number): string {
    const { text, locale } = this.#language;
    const { state, full, windowed } = this.#view.facts({ query, key });
    return wordCell(text, {
      query,
      key,
      queryToken: this.tokens ? this.queryName(query) : null,
      keyToken: this.tokens ? this.keyName(key) : null,
      state,
      full: full && formatWeight(full.weight, locale),
      windowed: windowed && formatWeight(windowed.weight, locale),
      fullRank: rankOf(full),
      windowedRank: rankOf(windowed),
    });
  }
}
