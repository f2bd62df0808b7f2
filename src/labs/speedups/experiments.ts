// Every comparison of stacks the lab makes: its trials, and its rows in words with whatever was measured. Read by panels and exports alike.
import type { StackTrial } from '../../contract/stack.ts';
import { combined, type SpeedUp } from '../../theory/lab-defaults.ts';
import { combinedGain, keyValueCacheBytes, predictedGain } from '../../theory/stack-cost.ts';
import { formatBytes, formatCount } from '../../viz/format.ts';
import type { GainBarRow } from '../../viz/gain-bars.ts';
import { nameOfSpeedUp, noteOnGain, type Words } from './lab-words.ts';
import { PARAMETER_SPEED_UPS, trialsOf } from './parameter-trials.ts';
import { groupedTrials, sizeTrials, widthTrials, windowTrials } from './sizes.ts';
import type { SpeedupsView } from './speedups-view.svelte.ts';

export interface Experiment {
  /** Its name in the lab's state. */
  job: string;
  heading: string;
  trials: StackTrial[];
  rows: GainBarRow[];
  /** What a second prediction of its rows is called. */
  alsoPredicted?: string;
}

const countIn =
  ({ locale }: Words) =>
  (value: number) =>
    formatCount(value, locale);

const headsName = (words: Words) => {
  const count = countIn(words);
  return ({ shape }: StackTrial) =>
    words.say.speedups_heads_row({ heads: count(shape.heads), dim: count(shape.headDim) });
};

export function widthExperiment(view: SpeedupsView, words: Words): Experiment {
  const trials = widthTrials(view.base);
  const most = trials[0]?.shape.heads ?? 1;
  return {
    job: 'width',
    heading: words.say.speedups_width_heading(),
    trials,
    rows: view.rowsOf('width', trials, {
      nameOf: headsName(words),
      alsoPredicted: ({ shape }) => most / shape.heads,
    }),
    alsoPredicted: words.say.speedups_if_proportional(),
  };
}

export function sizeExperiment(view: SpeedupsView, words: Words): Experiment {
  const trials = sizeTrials(view.base);
  const rows = view.rowsOf('size', trials, { nameOf: headsName(words) });
  return { job: 'size', heading: words.say.speedups_size_heading(), trials, rows };
}

export function groupedExperiment(view: SpeedupsView, words: Words): Experiment {
  const trials = groupedTrials(view.base);
  const count = countIn(words);
  const nameOf = ({ shape }: StackTrial) =>
    words.say.speedups_grouped_row({
      groups: count(shape.kvHeads),
      bytes: formatBytes(keyValueCacheBytes(shape), words.locale),
    });
  return {
    job: 'grouped',
    heading: words.say.speedups_grouped_heading(),
    trials,
    rows: view.rowsOf('grouped', trials, { nameOf }),
  };
}

export function windowExperiment(view: SpeedupsView, words: Words): Experiment {
  const { say } = words;
  const count = countIn(words);
  const trials = windowTrials(view.base, view.targets, view.values);
  const [base] = view.gainsOf('window', trials);
  const nameOf = ({ id, shape }: StackTrial) => {
    if (id === 'base') return say.speedups_name_full();
    const name = say.speedups_name_window({ window: count(shape.window ?? 0) });
    if (id !== 'repaired') return name;
    return say.speedups_name_repaired({ name, dilation: count(shape.dilation), global: count(shape.globalTokens) });
  };
  return {
    job: 'window',
    heading: say.speedups_window_heading(),
    trials,
    rows: view.rowsOf('window', trials, {
      nameOf,
      colorOf: ({ id }) => (id === 'base' ? 'var(--full)' : 'var(--windowed)'),
      noteOf: (trial, gain) => noteOnGain(words, trial, gain, base) || undefined,
    }),
  };
}

export function parametersExperiment(view: SpeedupsView, words: Words): Experiment {
  const trials = trialsOf(view.base, PARAMETER_SPEED_UPS, view.targets);
  const [base] = view.gainsOf('parameters', trials);
  return {
    job: 'parameters',
    heading: words.say.speedups_parameters_heading(),
    trials,
    rows: view.rowsOf('parameters', trials, {
      nameOf: (trial) => nameOfSpeedUp(words, trial),
      noteOf: (trial, gain) => noteOnGain(words, trial, gain, base) || undefined,
    }),
  };
}

/** Before, each by itself, then all of them. */
export function togetherExperiment(view: SpeedupsView, words: Words, chosen: readonly SpeedUp[]) {
  const single = trialsOf(view.base, ['base', ...chosen], view.targets);
  const all: StackTrial = { id: 'all', shape: combined(view.base, chosen, view.targets) };
  const trials = [...single, all];
  const singleGains = single.slice(1).map(({ shape }) => predictedGain(view.base, shape).operations);
  const product = combinedGain(singleGains);
  const [base] = view.gainsOf('together', trials);
  const experiment: Experiment = {
    job: 'together',
    heading: words.say.speedups_together_heading(),
    trials,
    rows: view.rowsOf('together', trials, {
      nameOf: (trial) => nameOfSpeedUp(words, trial),
      colorOf: ({ id }) => (id === 'window' ? 'var(--windowed)' : undefined),
      alsoPredicted: ({ id }) => (id === 'all' ? product : undefined),
      noteOf: (trial, gain) => noteOnGain(words, trial, gain, base) || undefined,
    }),
    alsoPredicted: words.say.speedups_together_product(),
  };
  const counted = predictedGain(view.base, all.shape).operations;
  return { ...experiment, singleGains, product, counted };
}
