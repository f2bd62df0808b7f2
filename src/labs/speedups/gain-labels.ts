// The words around every chart of gains.
import type { Words } from './lab-words.ts';

export const gainLabels = ({ say }: Words) => ({
  measured: say.speedups_label_measured(),
  predicted: say.speedups_label_predicted(),
  share: say.speedups_label_share(),
  time: say.speedups_label_time(),
  before: say.speedups_label_before(),
  name: say.speedups_label_name(),
  range: say.speedups_label_range(),
  gain: say.speedups_label_gain(),
  deviation: say.speedups_label_deviation(),
});
