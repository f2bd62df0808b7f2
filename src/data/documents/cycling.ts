// Documents about bicycles and riding them.
import type { CorpusDocument } from './short-text.ts';

export const CYCLING: readonly CorpusDocument[] = [
  {
    id: 'mountain-pass',
    sentences: [
      'The road to the pass climbs eleven hundred metres in fourteen kilometres.',
      'I started before sunrise to have the shade of the forest on my side.',
      'After the fifth hairpin my legs found a rhythm that I could hold.',
      'A marmot whistled from the rocks, and two riders overtook me without a word.',
      'The last stretch above the trees was steeper than anything before it.',
      'At the top a wooden hut sold tea and plum cake to shivering people in thin shirts.',
      'The descent took less time than I had needed for the first bend.',
    ],
  },
  {
    id: 'repair-cafe',
    sentences: [
      'On the first Saturday of every month volunteers repair bicycles in the old fire station.',
      'Most visitors arrive with a flat tyre or brakes that squeal.',
      'Nobody simply drops off a bike, since the rule is that you help with your own.',
      'You learn to patch a tube, to tighten a cable and to clean a chain.',
      'Spare parts come from wrecks that the police would otherwise throw away.',
      'Payment is a coin in a jar or a cake for the table.',
    ],
  },
  {
    id: 'track-sprint',
    sentences: [
      'The sprint on the track begins with something that looks like a game of chess.',
      'Two riders roll slowly along the boards and watch each other over the shoulder.',
      'Neither wants to lead, because the one behind can hide from the wind.',
      'Sometimes they come to a complete standstill, balancing on a fixed gear.',
      'Then one of them dives down from the high banking and the race explodes.',
      'The final two hundred metres are over in about ten seconds.',
      'Often a photograph of the finish line has to decide.',
    ],
  },
  {
    id: 'cargo-bike',
    sentences: [
      'We sold our second car and bought a cargo bike with a wooden box at the front.',
      'It carries both children, the shopping for a week, or once a small refrigerator.',
      'An electric motor helps on the hill behind the station.',
      'In rain the children sit under a clear cover and comment on the traffic.',
      'The trip to school now takes nine minutes, which is faster than driving ever was.',
      'What we had not expected was how many people we would talk to on the way.',
    ],
  },
];
