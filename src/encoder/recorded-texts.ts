// The texts a file without the encoder brings along: Q, K and V of each of some layers are recorded when it is built (`tools/build-recordings.ts`).
// The first is what every lab opens with; the others are short, each written for one thing that attention has to do.
import { EXAMPLE_TEXT } from './example-text.ts';

export const RECORDED_TEXTS = [
  // Its second layer alone would take 1.3 MB of the 3 a file may have.
  { id: 'lighthouse', text: EXAMPLE_TEXT, layers: [0] },
  // One word decides whom “it” means.
  {
    id: 'pronoun',
    text: 'The dog did not cross the bridge because it was too tired. The dog did not cross the bridge because it was too narrow.',
    layers: [0, 1],
  },
  // A verb agrees with a noun far before it, past another noun.
  {
    id: 'agreement',
    text: 'The keys of the old house by the river are on the table, but the key of the two new houses is in the drawer.',
    layers: [0, 1],
  },
  // What followed a word the last time?
  {
    id: 'pattern',
    text: 'Monday rain, Tuesday sun, Wednesday rain, Thursday sun. Monday rain, Tuesday sun, Wednesday rain, Thursday',
    layers: [0, 1],
  },
] as const;

export type RecordedTextId = (typeof RECORDED_TEXTS)[number]['id'];
