// Makes the file that is asked for out of what the lab shows: the panel's charts as a picture, its numbers, its words. Nothing is measured
// anew. Loaded when first needed.
import { AttentionError, throwIfAborted } from '../../../contract/errors.ts';
import type { SpeedUpPanel } from '../../../contract/stack.ts';
import { VERSION } from '../../../contract/version.ts';
import { stateOf } from '../../../params/state.ts';
import { viewLink } from '../../../params/view-link.ts';
import type { ExportedFile, ExportFormat, ExportRequest } from '../../../state/export-request.ts';
import type { PageLanguage } from '../../../state/lab-context.ts';
import type { SpeedUp } from '../../../theory/lab-defaults.ts';
import { quartiles } from '../../../theory/statistics.ts';
import { parameterParts, stackBytes, stackMacs, stackWeightBytes } from '../../../theory/stack-cost.ts';
import { drawPng } from '../../../ui/draw-png.ts';
import { BYTE_ORDER_MARK, CSV_LINE_END, csvNumber, csvText } from '../../../viz/export/csv.ts';
import { drawFigure, type Block } from '../../../viz/export/figure.ts';
import { fileNamePart } from '../../../viz/export/file-name.ts';
import { frontierBlock, gainBlock, stackBlocks } from '../../../viz/export/gain-block.ts';
import { PALETTES, type PaletteName } from '../../../viz/export/palette.ts';
import { formatDuration, formatGain, formatGainSpread, formatNumber, formatShare } from '../../../viz/format.ts';
import { headMoves } from '../../../viz/head-rank.ts';
import { savedJson } from '../../saving/lab-file.ts';
import { frontierMasks, type ErrorSource } from '../error-requests.ts';
import {
  groupedExperiment,
  parametersExperiment,
  sizeExperiment,
  togetherExperiment,
  widthExperiment,
  windowExperiment,
  type Experiment,
} from '../experiments.ts';
import { gainLabels } from '../gain-labels.ts';
import { backendNames, wordsIn, type Words } from '../lab-words.ts';
import type { SpeedupsView } from '../speedups-view.svelte.ts';

/** What an export sees of the lab. Getters are reactive. */
export interface ExportedLab {
  readonly view: SpeedupsView;
  readonly language: PageLanguage;
  readonly siteUrl: string;
  readonly panel: SpeedUpPanel;
  readonly source: ErrorSource;
  readonly combine: readonly SpeedUp[];
  readonly summary: string;
}

const FILES: Partial<Record<ExportFormat, { extension: string; mime: string }>> = {
  png: { extension: 'png', mime: 'image/png' },
  svg: { extension: 'svg', mime: 'image/svg+xml' },
  csv: { extension: 'csv', mime: 'text/csv;charset=utf-8' },
  json: { extension: 'json', mime: 'application/json' },
  text: { extension: 'txt', mime: 'text/plain;charset=utf-8' },
};

function experimentsOf({ view, panel, combine }: ExportedLab, words: Words): Experiment[] {
  if (panel === 'heads') return [widthExperiment(view, words), sizeExperiment(view, words), groupedExperiment(view, words)]; // prettier-ignore
  if (panel === 'window') return [windowExperiment(view, words)];
  return panel === 'parameters' ? [parametersExperiment(view, words)] : [togetherExperiment(view, words, combine)];
}

function panelName({ say }: Words, panel: SpeedUpPanel): string {
  return say[`speedups_panel_${panel}`]();
}

const devicesOf = ({ view }: ExportedLab, experiments: readonly Experiment[]) => [
  ...new Set(
    experiments.flatMap(({ job, trials }) => view.gainsOf(job, trials).map(({ measurement }) => measurement.device)),
  ),
];

/** `link`: the address of the same view; null when none can carry it. */
function sourceLines(
  lab: ExportedLab,
  words: Words,
  experiments: readonly Experiment[],
  link: string | null,
): string[] {
  const devices = devicesOf(lab, experiments);
  const measured = devices.length > 0 ? words.say.speedups_export_measured_on({ device: devices.join(', ') }) : words.say.speedups_export_unmeasured(); // prettier-ignore
  return [
    `${measured}${words.text.sentence_space()}${words.say.speedups_method()}`,
    `Attention Lab ${VERSION}`,
    ...(link ? [link] : []),
  ];
}

/** Errors of masks, or heads, where the panel has measured them. */
function more({ view, panel, source }: ExportedLab, { say, text, locale }: Words): string[] {
  if (panel === 'heads' && view.lab.heads)
    return [
      say.speedups_encoder_summary(),
      ...headMoves(view.lab.heads).map(({ layer, head, cosine }) => {
        const name = say.speedups_encoder_head({ layer: String(layer + 1), head: String(head + 1) });
        return `  ${name}${text.cell_separator()}${say.speedups_encoder_cosine()} ${formatNumber(cosine, locale, 4)}`;
      }),
    ];
  const errors = panel === 'window' ? view.lab.errors[source]?.errors : null;
  if (!errors) return [];
  const masks = frontierMasks(errors.rows, say.speedups_errors_full());
  return [
    `${say.speedups_errors_heading()}${text.cell_separator()}${source === 'text' ? say.speedups_errors_text() : text[`signal_${source}`]()}`,
    ...masks.map(({ label, error, ms }) => `  ${[label, formatShare(error, locale), ...(ms ? [formatDuration(ms.median, locale)] : [])].join(text.cell_separator())}`), // prettier-ignore
  ];
}

/** A line per row, and the panel's sentence above: what stands for the picture in words. */
function description(lab: ExportedLab, words: Words, experiments: readonly Experiment[]): string {
  const { locale, say, text } = words;
  const lines = experiments.flatMap(({ heading, rows }) => [
    heading,
    ...rows.map(({ name, predicted, results }, place) => {
      if (place === 0) return `  ${name}${text.cell_separator()}${say.speedups_label_before()}`;
      const measured = results.map(({ gain }) => `${say.speedups_label_measured()} ${formatGainSpread(gain, locale)}`);
      return `  ${[name, `${say.speedups_label_predicted()} ${formatGain(predicted, locale)}`, ...measured].join(text.cell_separator())}`;
    }),
  ]);
  return [say.speedups_export_title({ panel: panelName(words, lab.panel) }), lab.summary, ...lines, ...more(lab, words)].join('\n'); // prettier-ignore
}

function blocksOf(
  lab: ExportedLab,
  words: Words,
  experiments: readonly Experiment[],
  palette: (typeof PALETTES)[PaletteName],
): Block[] {
  const { say, text, locale } = words;
  const { predicted, before, time, share } = gainLabels(words);
  const bars = experiments.map(
    ({ heading, rows, alsoPredicted = '' }) =>
    gainBlock({ heading, rows, labels: { predicted, alsoPredicted, before, time, share }, backendNames: backendNames(words), locale, palette }), // prettier-ignore
  );
  const errors = lab.panel === 'window' ? lab.view.lab.errors[lab.source]?.errors : null;
  if (!errors) return bars;
  const frontier = frontierBlock({
    heading: `${say.speedups_errors_heading()}${text.cell_separator()}${lab.source === 'text' ? say.speedups_errors_text() : text[`signal_${lab.source}`]()}`,
    masks: frontierMasks(errors.rows, say.speedups_errors_full()),
    kindNames: {
      full: text.picture_full(),
      plain: say.speedups_kind_plain(),
      dilated: say.speedups_kind_dilated(),
      global: say.speedups_kind_global(),
    },
    labels: { x: say.speedups_errors_x(), y: say.speedups_errors_y() },
    locale,
    palette,
  });
  return frontier ? [frontier, ...bars] : bars;
}

function figure(lab: ExportedLab, words: Words, { colors }: Required<ExportRequest>, link: string | null) {
  const theme = document.documentElement.dataset['theme'] ?? 'light';
  const palette = PALETTES[colors === 'page' && theme in PALETTES ? (theme as PaletteName) : 'light'];
  const experiments = experimentsOf(lab, words);
  const title = words.say.speedups_export_title({ panel: panelName(words, lab.panel) });
  const source = sourceLines(lab, words, experiments, link);
  const metadata = JSON.stringify({ version: VERSION, link, params: stateOf(lab.view.values).p });
  const said = description(lab, words, experiments);
  const drawing = drawFigure({
    title,
    subtitle: lab.summary,
    description: said,
    block: stackBlocks(blocksOf(lab, words, experiments, palette)),
    source,
    metadata,
    palette,
    language: words.locale,
  });
  return { drawing, words: { Title: title, Description: `${said}\n${source.join('\n')}`, Software: `Attention Lab ${VERSION}`, ...(link ? { Source: link } : {}), Comment: metadata } }; // prettier-ignore
}

/** Every number of the panel: a record per stack and backend, per mask, per head. */
function numbers(lab: ExportedLab, words: Words) {
  const { view, panel } = lab;
  const stacks = experimentsOf(lab, words).flatMap(({ job, trials, rows }) => {
    const gains = view.gainsOf(job, trials);
    return trials.map(({ id, shape }, place) => {
      const gain = gains.find((one) => one.id === id);
      return {
        experiment: job,
        id,
        shape,
        macs: stackMacs(shape),
        parameters: parameterParts(shape),
        weightBytes: stackWeightBytes(shape),
        usefulBytes: stackBytes(shape),
        predictedGain: rows[place]!.predicted,
        measured: gain
          ? {
              backend: gain.backend,
              device: gain.measurement.device,
              clock: gain.clock,
              ms: gain.ms,
              gain: gain.measured,
              keyValueBytes: gain.measurement.keyValueBytes,
              samples: {
                wall: gain.measurement.wall,
                kernel: gain.measurement.kernel,
                processor: gain.measurement.processor,
              },
            }
          : null,
      };
    });
  });
  const errors = panel === 'window' ? Object.entries(view.lab.errors).map(([source, { errors: found }]) => ({ source, ...found })) : []; // prettier-ignore
  const heads = panel === 'heads' && view.lab.heads ? headMoves(view.lab.heads) : [];
  return { stacks, errors, heads };
}

type Cell = string | number | null | undefined;
const cell = (value: Cell) => (typeof value === 'string' ? csvText(value) : csvNumber(value ?? null));

/** A table each of stacks, of masks and of heads, told apart by the first column; a line of names above each. */
function csv(lab: ExportedLab, words: Words): string {
  const { stacks, errors, heads } = numbers(lab, words);
  const ofStacks = stacks.map(({ experiment, id, shape, macs, parameters, weightBytes, predictedGain, measured }) => ({
    table: 'stacks',
    experiment,
    stack: id,
    layers: shape.layers,
    n: shape.length,
    d: shape.width,
    heads: shape.heads,
    'kv heads': shape.kvHeads,
    'head dimension': shape.headDim,
    'feed-forward': shape.feedForward,
    window: shape.window,
    dilation: shape.dilation,
    'global tokens': shape.globalTokens,
    rank: shape.rank,
    shared: Number(shape.sharedLayers),
    int8: Number(shape.int8),
    'multiply-adds': macs,
    parameters: parameters.total,
    'weight bytes': weightBytes,
    'predicted gain': predictedGain,
    backend: measured?.backend,
    clock: measured?.clock,
    'ms median': measured?.ms.median,
    'ms lower quartile': measured?.ms.lower,
    'ms upper quartile': measured?.ms.upper,
    'measured gain': measured?.gain.median,
  }));
  const ofMasks = errors.flatMap(({ source, length, rows = [] }) =>
    rows.map(({ mask, pairs, relative, largest, samples, clock }) => ({
      table: 'errors',
      source,
      n: length,
      window: mask?.window,
      dilation: mask?.dilation,
      'global tokens': mask?.globalTokens,
      pairs,
      'relative error': relative,
      'largest error': largest,
      clock,
      'ms median': samples.length > 0 ? quartiles(samples).median : null,
    })),
  );
  const ofHeads = heads.map(({ layer, head, cosine, moved, rank }) => ({ table: 'heads', layer, head, cosine, moved, rank })); // prettier-ignore
  const lines = [ofStacks, ofMasks, ofHeads].flatMap((table: readonly Record<string, Cell>[]) =>
    table.length === 0
      ? []
      : [Object.keys(table[0]!).map(csvText).join(','), ...table.map((row) => Object.values(row).map(cell).join(','))],
  );
  return BYTE_ORDER_MARK + lines.join(CSV_LINE_END) + CSV_LINE_END;
}

async function contentOf(lab: ExportedLab, words: Words, request: Required<ExportRequest>): Promise<BlobPart> {
  const link = await viewLink(lab.siteUrl, lab.view.values);
  switch (request.format) {
    case 'csv':
      return csv(lab, words);
    case 'json': {
      const said = description(lab, words, experimentsOf(lab, words));
      return savedJson({ values: lab.view.values, description: said, results: numbers(lab, words) }, link);
    }
    case 'svg':
      return figure(lab, words, request, link).drawing.svg('inside');
    case 'png': {
      const { drawing, words: inside } = figure(lab, words, request, link);
      return drawPng(drawing, request.scale, inside);
    }
    default: {
      const experiments = experimentsOf(lab, words);
      return [description(lab, words, experiments), ...sourceLines(lab, words, experiments, link)].join('\n');
    }
  }
}

/** Rejects with `invalid-problem` for a format the lab has not. */
export async function makeFile(
  lab: ExportedLab,
  request: Required<ExportRequest>,
  signal?: AbortSignal,
): Promise<ExportedFile> {
  const file = FILES[request.format];
  if (!file)
    throw new AttentionError('invalid-problem', {
      field: 'format',
      value: request.format,
      allowed: Object.keys(FILES).join(', '),
    });
  const words = wordsIn(lab.language);
  const content = await contentOf(lab, words, request);
  throwIfAborted(signal);
  const filename = `attention-lab_speedups_${fileNamePart(lab.panel)}_${words.locale}.${file.extension}`;
  return { blob: new Blob([content], { type: file.mime }), filename, mime: file.mime };
}
