// Documents about cooking.
import type { CorpusDocument } from './short-text.ts';

export const KITCHEN: readonly CorpusDocument[] = [
  {
    id: 'sourdough',
    sentences: [
      'My neighbour gave me a jar of sourdough starter when she moved away.',
      'For the first week I fed it flour and water every morning and watched it rise and collapse.',
      'It smelled of green apples, which she had told me was a good sign.',
      'The first loaf came out flat and grey, because I had not waited long enough.',
      'On the next attempt I let the dough rest in a cold room overnight.',
      'The crust cracked open in the oven exactly where I had cut it.',
      'We ate half of it standing at the counter, with nothing but butter.',
    ],
  },
  {
    id: 'onion-soup',
    sentences: [
      'A good onion soup asks for patience more than for skill.',
      'The onions have to cook slowly for almost an hour until they turn the colour of mahogany.',
      'If the heat is too high, the edges burn while the middle stays raw.',
      'A splash of wine loosens the brown layer that sticks to the bottom of the pot.',
      'Only then is the stock poured in, and the whole thing simmers for another twenty minutes.',
      'Each bowl is covered with toasted bread and grated cheese before it goes under the grill.',
    ],
  },
  {
    id: 'school-canteen',
    sentences: [
      'The canteen of our school feeds six hundred children between noon and one o’clock.',
      'Two cooks arrive at six in the morning to peel potatoes and start the sauces.',
      'Last year the council decided that every dish must be made from scratch.',
      'At first the pupils missed the frozen fries and said so loudly.',
      'The head cook answered by asking each class to vote for one meal a month.',
      'Lentil curry won in March, to everybody’s surprise.',
      'Since then the bins behind the kitchen have been noticeably emptier.',
    ],
  },
  {
    id: 'knife',
    sentences: [
      'A dull knife is more dangerous than a sharp one, because it slips.',
      'You press harder to get through the skin of a tomato, and the blade jumps sideways.',
      'Sharpening is not difficult once you have learned to hold the angle.',
      'Draw the edge along a wet stone, ten strokes on one side and ten on the other.',
      'A thin line of metal will curl up along the edge and must be wiped off.',
      'Test the result on a sheet of newspaper held in the air.',
      'If it cuts without tearing, the work is done.',
    ],
  },
];
