// Documents about gardening.
import type { CorpusDocument } from './short-text.ts';

export const GARDEN: readonly CorpusDocument[] = [
  {
    id: 'tomatoes',
    sentences: [
      'Tomatoes want warmth, and they want to be left dry from above.',
      'That is why I grow them under the roof on the south side of the shed.',
      'The seeds go into small pots on the windowsill in the last days of February.',
      'By the middle of May the plants are knee-high and can move outside.',
      'I pinch out the side shoots so that the strength goes into the fruit.',
      'Watering happens early in the morning and only at the roots.',
      'The first ripe ones rarely reach the kitchen, because the children find them before me.',
    ],
  },
  {
    id: 'compost',
    sentences: [
      'A compost heap is a slow fire that needs food, air and water.',
      'Kitchen scraps bring the moisture, while straw and dry leaves keep the pile loose.',
      'If it smells of rotten eggs, there is too little air inside.',
      'Turning it with a fork once a month solves the problem.',
      'In the centre the temperature can climb to sixty degrees, which kills most weed seeds.',
      'After a year the bottom layer has become dark and crumbly, like earth in a forest.',
    ],
  },
  {
    id: 'hedgehog',
    sentences: [
      'For three autumns a hedgehog has lived under the pile of branches by our fence.',
      'We heard it before we saw it, snuffling among the fallen leaves.',
      'It eats slugs, so the lettuce has never looked better.',
      'We cut a gap the size of a hand into the fence so that it can wander to the next garden.',
      'Milk would make it ill, but a flat dish of water is welcome in dry weeks.',
      'In November it disappears into the branches and we leave that corner alone until spring.',
    ],
  },
  {
    id: 'old-apple-tree',
    sentences: [
      'The apple tree behind the house was planted by my grandfather in the year my mother was born.',
      'Nobody remembers the name of the variety.',
      'The fruit is small and sour, yet it keeps in the cellar until April.',
      'Two winters ago a storm tore off the largest branch.',
      'A gardener from the village showed us how to cut the wound clean so that it could heal.',
      'She also took a few twigs and grafted them onto a young trunk.',
      'If all goes well, the same apples will grow here for another seventy years.',
    ],
  },
];
