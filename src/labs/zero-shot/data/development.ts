// Twenty-four texts, four of each topic, apart from the evaluation: the only ones that were looked at when the template and the
// descriptions were chosen. `npm run bench -- --zero-shot` prints their scores, too, so that the choice can be followed.
import type { TopicId } from './topics.ts';

export const DEVELOPMENT: Readonly<Record<TopicId, readonly string[]>> = {
  sport: [
    'The referee added four minutes of extra time.',
    'She serves faster than anyone else on the tour.',
    'The team lost both home matches.',
    'He jumped over two metres in the high jump.',
  ],
  food: [
    'Stir the soup and add a spoonful of cream.',
    'The baker sells out of croissants by nine.',
    'This curry is far too spicy for me.',
    'We grilled vegetables in the garden.',
  ],
  weather: [
    'Tomorrow will be cloudy with light rain.',
    'A tornado warning was issued for the county.',
    'It was the hottest July since records began.',
    'The storm brought down power lines.',
  ],
  money: [
    'The stock exchange closed lower on Friday.',
    'Her rent went up by ten per cent.',
    'The firm filed for bankruptcy.',
    'The minister promised lower taxes.',
  ],
  space: [
    'The moon will be full on Thursday.',
    'The satellite sends pictures from its orbit.',
    'A meteor burned up over the desert.',
    'Scientists measured the age of the star.',
  ],
  health: [
    'The doctor prescribed rest and plenty of water.',
    'Flu cases rose sharply in January.',
    'She is recovering well from the operation.',
    'His knee was swollen and painful.',
  ],
};
