// The built-in corpus: 36 short English documents over nine topics, the data of the experiment on sentence pairs.
import { COMPUTING } from './computing.ts';
import { CYCLING } from './cycling.ts';
import type { CorpusDocument } from './short-text.ts';
import { GARDEN } from './garden.ts';
import { HEALTH } from './health.ts';
import { KITCHEN } from './kitchen.ts';
import { MUSIC } from './music.ts';
import { NIGHT_SKY } from './night-sky.ts';
import { RAILWAYS } from './railways.ts';
import { SEA } from './sea.ts';

export type { CorpusDocument } from './short-text.ts';

export const CORPUS: readonly CorpusDocument[] = [
  ...KITCHEN,
  ...NIGHT_SKY,
  ...GARDEN,
  ...MUSIC,
  ...CYCLING,
  ...RAILWAYS,
  ...HEALTH,
  ...COMPUTING,
  ...SEA,
];
