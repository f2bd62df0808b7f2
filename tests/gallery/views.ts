// Every view of the gallery. A component of `src/ui` without one fails `tests/browser/gallery.test.ts`.
import { ARC_VIEWS, CHOICE_VIEWS, TABLE_VIEWS } from './access-views.ts';
import { BAR_VIEWS, MARK_VIEWS, SWEEP_VIEWS } from './chart-views.ts';
import { COPY_VIEWS, DROP_VIEWS, NOTICE_VIEWS, PROGRESS_VIEWS, SELECT_VIEWS, SLIDER_VIEWS } from './control-views.ts';
import { BENCHMARK_VIEWS, ROOFLINE_VIEWS, TRIAL_VIEWS } from './device-views.ts';
import { HEATMAP_VIEWS } from './heatmap-views.ts';
import { LEGEND_VIEWS } from './legend-views.ts';
import { CLAIM_VIEWS, GROWTH_VIEWS } from './mixer-views.ts';
import { AXIS_VIEWS, GRID_VIEWS, WALL_VIEWS } from './overview-views.ts';
import { LISTEN_VIEWS, STEP_VIEWS, STRIP_VIEWS, TEXT_VIEWS } from './reading-views.ts';
import { FRONTIER_VIEWS, GAIN_VIEWS, MATH_VIEWS } from './speedup-views.ts';
import type { View } from './view.ts';

export const VIEWS: readonly View[] = [
  ...HEATMAP_VIEWS,
  ...GRID_VIEWS,
  ...ARC_VIEWS,
  ...TABLE_VIEWS,
  ...CHOICE_VIEWS,
  ...AXIS_VIEWS,
  ...LEGEND_VIEWS,
  ...WALL_VIEWS,
  ...TEXT_VIEWS,
  ...STEP_VIEWS,
  ...STRIP_VIEWS,
  ...DROP_VIEWS,
  ...LISTEN_VIEWS,
  ...BAR_VIEWS,
  ...SWEEP_VIEWS,
  ...MARK_VIEWS,
  ...ROOFLINE_VIEWS,
  ...TRIAL_VIEWS,
  ...BENCHMARK_VIEWS,
  ...GROWTH_VIEWS,
  ...CLAIM_VIEWS,
  ...GAIN_VIEWS,
  ...FRONTIER_VIEWS,
  ...MATH_VIEWS,
  ...SLIDER_VIEWS,
  ...SELECT_VIEWS,
  ...COPY_VIEWS,
  ...NOTICE_VIEWS,
  ...PROGRESS_VIEWS,
];
