// The labs, and what `hide` and `lock` name in each: every control and every region. A control that sets a parameter has the
// parameter's id. Hidden things leave the page; locked ones stay, held at their value, and say so.

export const LAB_IDS = ['attention', 'mixers', 'speedups', 'pretraining', 'zero-shot'] as const;
export type LabId = (typeof LAB_IDS)[number];

/** Controls of the page around every lab. */
const OF_PAGE = ['backend', 'lang', 'theme'] as const;
/** Regions of the page around every lab. */
const AROUND = ['lesson', 'export', 'share'] as const;

/** Controls of each lab, each of which sets the parameter of its name. */
export const CONTROLS_OF = {
  attention: [
    'source',
    'text',
    'layer',
    'signal',
    'seed',
    'n',
    'heads',
    'dim',
    'causal',
    'left',
    'right',
    'dilation',
    'global',
    'view',
    'compare',
    'scale',
    'cmap',
    'head',
    ...OF_PAGE,
  ],
  mixers: [
    'n',
    'width',
    'kernel',
    'window',
    'heads',
    'layers',
    'dilation',
    'mixers',
    'key',
    'query',
    'seed',
    ...OF_PAGE,
  ],
  speedups: [
    'panel',
    'text',
    'source',
    'signal',
    'layers',
    'width',
    'heads',
    'kv-heads',
    'feed-forward',
    'n',
    'window',
    'dilation',
    'global',
    'vocabulary',
    'rank',
    'combine',
    'seed',
    ...OF_PAGE,
  ],
  pretraining: ['objective', 'text', 'rate', 'seed', 'draw', 'strategy', 'stream', 'task', 'scorer', ...OF_PAGE],
  'zero-shot': ['texts', 'labels', 'template', 'descriptions', 'temperature', 'item', 'batch', ...OF_PAGE],
} as const satisfies Record<LabId, readonly string[]>;

/** Parts of each lab that show something; locking one keeps its buttons from acting. */
export const REGIONS_OF = {
  attention: ['input', 'window', 'legend', 'zoom', 'comparison', 'reading', 'steps', 'overview', 'timing', ...AROUND],
  mixers: ['table', 'growth', 'crossings', 'paths', 'parallelism', 'claims', ...AROUND],
  speedups: ['formula', 'encoder', 'reach', 'limits', ...AROUND],
  pretraining: ['statistics', 'epochs', 'questions', 'examples', 'repairs', ...AROUND],
  'zero-shot': [
    'similarity',
    'decision',
    'pipeline',
    'projection',
    'confusion',
    'evaluation',
    'failures',
    'throughput',
    ...AROUND,
  ],
} as const satisfies Record<LabId, readonly string[]>;

export type ControlId = (typeof CONTROLS_OF)[LabId][number];
export type RegionId = (typeof REGIONS_OF)[LabId][number];
export type HideId = ControlId | RegionId;

const each = <Id extends string>(lists: Record<LabId, readonly Id[]>): readonly Id[] => [
  ...new Set(LAB_IDS.flatMap((lab) => lists[lab])),
];
export const CONTROL_IDS: readonly ControlId[] = each<ControlId>(CONTROLS_OF);
export const REGION_IDS: readonly RegionId[] = each<RegionId>(REGIONS_OF);
/** A name may be a control in one lab and a region in another. */
export const HIDE_IDS: readonly HideId[] = [...new Set<HideId>([...CONTROL_IDS, ...REGION_IDS])];

/** A quiet frame to begin with: the pictures and the few controls that matter most. */
export const SHOWN_FIRST: Readonly<Record<LabId, readonly HideId[]>> = {
  attention: ['n', 'causal', 'left', 'right', 'legend', 'window'],
  mixers: ['n', 'width', 'mixers', 'growth'],
  speedups: ['n', 'heads', 'window', 'formula'],
  pretraining: ['text', 'rate', 'draw'],
  'zero-shot': ['texts', 'labels', 'temperature', 'similarity', 'decision'],
};

/** What can be hidden in one lab, in the order of the page. */
export const hideIdsOf = (lab: LabId): readonly HideId[] => [...CONTROLS_OF[lab], ...REGIONS_OF[lab]];
