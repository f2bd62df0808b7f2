// What the share dialog calls each control and region: the name it has on the page itself.
import type { HideId } from '../params/control-ids.ts';
import type { Text } from '../i18n/text.ts';

const NAMES: Record<HideId, (text: Text) => string> = {
  source: (text) => text.input_source(),
  text: (text) => text.input_text(),
  layer: (text) => text.input_layer(),
  signal: (text) => text.input_signal(),
  seed: (text) => text.input_seed(),
  n: (text) => text.slider_length(),
  heads: (text) => text.slider_heads(),
  dim: (text) => text.slider_dim(),
  causal: (text) => text.check_causal(),
  left: (text) => text.slider_left(),
  right: (text) => text.slider_right(),
  dilation: (text) => text.slider_dilation(),
  global: (text) => text.slider_global(),
  backend: (text) => text.choose_backend(),
  view: (text) => text.choose_view(),
  compare: (text) => text.choose_compare(),
  scale: (text) => text.choose_scale(),
  cmap: (text) => text.choose_colors(),
  head: (text) => text.choose_head(),
  lang: (text) => text.choose_language(),
  theme: (text) => text.choose_theme(),
  input: (text) => text.region_input(),
  window: (text) => text.region_window(),
  legend: (text) => text.region_legend(),
  zoom: (text) => text.zoom_heading(),
  comparison: (text) => text.region_comparison(),
  reading: (text) => text.region_reading(),
  steps: (text) => text.region_steps(),
  overview: (text) => text.heads_heading(),
  timing: (text) => text.timing_heading(),
  lesson: (text) => text.region_lesson(),
  export: (text) => text.region_export(),
  share: (text) => text.share_open(),
};

export const nameOfControl = (text: Text, id: HideId): string => NAMES[id](text);
