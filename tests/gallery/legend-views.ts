// Views of the colour legend.
import { textIn, type Text } from '../../src/i18n/text.ts';
import ColorLegend from '../../src/ui/ColorLegend.svelte';
import type { WeightRamp } from '../../src/viz/color-ramp.ts';
import { differenceStops, legendStops, weightScale, type ScaleKind } from '../../src/viz/color-scale.ts';
import { formatDifference, formatShare, formatWeight } from '../../src/viz/format.ts';
import { view, type View } from './view.ts';

const en = textIn('en');
const zh = textIn('zh-Hans');

function legend(name: string, kind: ScaleKind, max: number, text: Text = en, cmap: WeightRamp = 'viridis'): View {
  const locale = text === zh ? 'zh-Hans' : 'en';
  const stops = legendStops(weightScale(kind, max)).map(({ position, value }) => ({
    at: position,
    text: kind === 'row' ? formatShare(value, locale) : formatWeight(value, locale),
  }));
  const title = text[`legend_${kind}`]();
  const swatches = {
    masked: text.swatch_masked(),
    outside: text.swatch_outside(),
    zero: text.swatch_zero(),
    tiny: text.swatch_tiny(),
  };
  const props = { ramp: cmap, stops, title, pooling: text.legend_single_cells(), swatches };
  return view(name, ColorLegend, props, {
    shows: [
      { role: 'img', name: `${title}: ` },
      { role: 'listitem', name: '', count: 4 },
    ],
    texts: [stops[0]!.text, stops.at(-1)!.text, swatches.masked],
  });
}
const differenceLegend = (theme: 'light' | 'dark') =>
  view(
    `Legend: difference on a ${theme} ground`,
    ColorLegend,
    {
      ramp: `difference-${theme}` as const,
      stops: differenceStops(0.42).map(({ position, value }) => ({
        at: position,
        text: formatDifference(value, 'en'),
      })),
      title: en.legend_difference(),
      pooling: en.legend_difference_pooled(),
    },
    {
      theme,
      shows: [
        { role: 'img', name: 'windowed minus full' },
        { role: 'listitem', name: '', count: 0 },
      ],
      texts: ['−0.42', '0', '+0.42'],
    },
  );
export const LEGEND_VIEWS: View[] = [
  legend('Legend: linear', 'linear', 0.42),
  legend('Legend: logarithmic, magma', 'log', 1, en, 'magma'),
  legend('Legend: share of the row, Chinese', 'row', 1, zh, 'cividis'),
  legend('Legend: nothing above zero, greys', 'linear', 0, en, 'greys'),
  legend('Legend: tiny weights', 'linear', 3.2e-6),
  differenceLegend('light'),
  differenceLegend('dark'),
];
