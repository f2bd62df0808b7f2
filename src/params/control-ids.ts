// What `hide` and `lock` name: every control and every region of the page. A control that sets a parameter has the parameter's id.
// Hidden things leave the page; locked ones stay, held at their value, and say so.

/** Controls, each of which sets the parameter of its name. */
export const CONTROL_IDS = [
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
  'backend',
  'view',
  'compare',
  'scale',
  'cmap',
  'head',
  'lang',
  'theme',
] as const;

/** Parts of the page that show something; locking one keeps its buttons from acting. */
export const REGION_IDS = [
  'input',
  'window',
  'legend',
  'zoom',
  'comparison',
  'reading',
  'steps',
  'overview',
  'timing',
  'lesson',
  'export',
  'share',
] as const;

export const HIDE_IDS = [...CONTROL_IDS, ...REGION_IDS] as const;
export type ControlId = (typeof CONTROL_IDS)[number];
export type RegionId = (typeof REGION_IDS)[number];
export type HideId = (typeof HIDE_IDS)[number];
