// The labs in the order of their tabs. The attention lab comes with the page, the others are fetched when they are first shown.
import type { Component } from 'svelte';
import type { Text } from '../i18n/text.ts';
import type { LabProps } from '../labs/lab-props.ts';
import type { LabId } from '../params/control-ids.ts';

export const LAB_NAMES: Readonly<Record<LabId, (text: Text) => string>> = {
  attention: (text) => text.lab_attention(),
  mixers: (text) => text.lab_mixers(),
  speedups: (text) => text.lab_speedups(),
  pretraining: (text) => text.lab_pretraining(),
  'zero-shot': (text) => text.lab_zero_shot(),
};

/** Fetches the root component of a lab. */
export const LOAD_LAB: Readonly<Record<Exclude<LabId, 'attention'>, () => Promise<{ default: Component<LabProps> }>>> =
  {
    mixers: () => import('../labs/mixers/MixersLab.svelte'),
    speedups: () => import('../labs/speedups/SpeedupsLab.svelte'),
    pretraining: () => import('../labs/pretraining/PretrainingLab.svelte'),
    'zero-shot': () => import('../labs/zero-shot/ZeroShotLab.svelte'),
  };
