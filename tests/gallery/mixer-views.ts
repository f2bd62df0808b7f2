// Views of the mixers lab's shared pieces: growth on log–log axes, and cards of claims.
import type { ComponentProps } from 'svelte';
import type { BackendKind } from '../../src/contract/engine.ts';
import type { MixerKind } from '../../src/contract/mixers.ts';
import { fitPowerLaw } from '../../src/theory/fit.ts';
import { MIXER_DEFAULTS } from '../../src/theory/lab-defaults.ts';
import { crossoverLength, mixerMacs } from '../../src/theory/mixer-cost.ts';
import { quartiles } from '../../src/theory/statistics.ts';
import GrowthChart from '../../src/ui/charts/GrowthChart.svelte';
import ClaimCard from '../../src/ui/ClaimCard.svelte';
import { formatPower, formatShare, formatTheoryPower } from '../../src/viz/format.ts';
import { view, type View } from './view.ts';

const NAMES: Partial<Record<MixerKind, string>> = {
  'attention-core': 'Attention core',
  attention: 'Attention layer',
  'local-core': 'Window core',
  elman: 'Elman',
  gru: 'GRU',
  lstm: 'LSTM',
  convolution: 'Convolution',
  separable: 'Separable',
};
const KINDS = Object.keys(NAMES) as MixerKind[];

/** Made-up times in proportion to the operations, to show how they are drawn. */
function line(kind: MixerKind, backend: BackendKind, lengths: readonly number[], at: number) {
  const work = (length: number) => mixerMacs({ ...MIXER_DEFAULTS, length, kind });
  const points = lengths.map((x) => {
    const ms = (work(x) / (backend === 'cpu' ? 2e6 : 9e6)) * (1 + 0.1 * (at % 3)) + 0.02;
    return { x, ms: quartiles([0.94 * ms, ms, 1.12 * ms]) };
  });
  const fit = fitPowerLaw(
    lengths,
    points.map(({ ms }) => ms.median),
  );
  return {
    kind,
    backend,
    points,
    fit,
    fitFrom: lengths[0] ?? 0,
    work,
    name: NAMES[kind]!,
    slopeText: fit ? formatPower(fit.exponent, fit.exponentError) : '',
    theoryText: formatTheoryPower(kind === 'attention-core' ? 2 : 1),
  };
}

const CROSSINGS = (['elman', 'gru', 'lstm'] as const).flatMap((rival) =>
  (['attention-core', 'attention'] as const).map((attention) => {
    const predicted = crossoverLength(attention, rival, MIXER_DEFAULTS);
    return { attention, rival, predicted, measured: { cpu: predicted > 0 ? predicted * 1.3 : null } };
  }),
);
const LENGTHS = [64, 128, 256, 512, 1024, 2048];
const SUMMARY = 'Time over the sequence length.';

function growth(name: string, kinds: readonly MixerKind[], backends: BackendKind[], lengths: number[], shown: string) {
  const props: ComponentProps<typeof GrowthChart> = {
    series: kinds.flatMap((kind, at) => backends.map((backend) => line(kind, backend, lengths, at))),
    crossings: CROSSINGS,
    reach: [64, 2048],
    letter: 'n',
    marked: 512,
    labels: {
      x: 'n, positions',
      time: 'time per run',
      work: 'multiply–adds',
      measured: 'measured',
      fitted: 'measured and fitted',
      theory: 'operations through the largest point',
      predictedCrossing: 'equal by operations',
      measuredCrossing: 'equal as measured',
      inUse: 'n in use',
      range: 'quartiles',
      name: 'mixer',
    },
    crossingName: (attention: MixerKind, rival: MixerKind) =>
      `${attention === 'attention' ? 'layer' : 'core'} = ${NAMES[rival]}`,
    backendNames: { webgpu: 'GPU', cpu: 'CPU' },
    summary: SUMMARY,
    tableHeading: 'As a table',
  };
  return view(name, GrowthChart, props, { shows: [{ role: 'img', name: SUMMARY }], texts: [shown] });
}

export const GROWTH_VIEWS: View[] = [
  growth('Growth: eight mixers on the CPU', KINDS, ['cpu'], LENGTHS, 'equal as measured'),
  growth('Growth: two mixers, two backends', ['attention-core', 'elman'], ['webgpu', 'cpu'], LENGTHS, 'GPU'),
  growth('Growth: nothing measured yet', KINDS, ['cpu'], [], 'multiply–adds'),
  growth('Growth: one length so far', ['gru'], ['cpu'], [512], 'operations through the largest point'),
];

const CLAIM = 'RNNs are slow because their cost grows linearly with the length.';
function card(name: string, more: Partial<ComponentProps<typeof ClaimCard>>, texts: string[] = []): View {
  const props: ComponentProps<typeof ClaimCard> = {
    claim: CLAIM,
    label: 'Often said',
    choices: [
      { id: 'true', text: 'True' },
      { id: 'false', text: 'False: linear is the better growth' },
    ],
    choicesLabel: 'Your prediction',
    chosen: null,
    onchoose: () => {},
    runLabel: 'Run',
    percent: (share: number) => formatShare(share, 'en'),
    cancelLabel: 'Cancel',
    onrun: () => {},
    oncancel: () => {},
    answer: null,
    ...more,
  };
  return view(name, ClaimCard, props, {
    shows: [
      { role: 'article', name: CLAIM },
      { role: 'radio', name: 'True' },
      { role: 'group', name: 'Your prediction' },
    ],
    texts,
  });
}
export const CLAIM_VIEWS: View[] = [
  card('Claim: asked', {}),
  card('Claim: predicted', { chosen: 'true' }),
  card('Claim: running', { chosen: 'true', running: 'Measuring', progress: 0.4 }, ['40%']),
  card('Claim: held', { held: 'Another measurement runs' }, ['Another measurement runs']),
  card(
    'Claim: answered',
    { chosen: 'true', answer: { id: 'false', verdict: 'Not so.', words: 'Twice the length took 2.02 times as long.' } },
    ['2.02 times as long'],
  ),
  card('Claim: failed', { chosen: 'true', failure: 'The GPU was lost.' }, ['The GPU was lost.']),
];
