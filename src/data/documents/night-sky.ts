// Documents about astronomy.
import type { CorpusDocument } from './short-text.ts';

export const NIGHT_SKY: readonly CorpusDocument[] = [
  {
    id: 'saturn',
    sentences: [
      'Through a small telescope Saturn looks like a tiny oval with handles.',
      'Galileo saw it that way in 1610 and thought the planet had two large companions.',
      'When he looked again two years later, the companions were gone.',
      'He could not know that the rings are so thin that they vanish when seen from the side.',
      'It took a better lens and half a century before Huygens explained the riddle.',
      'Today we know that the rings are made of ice, from dust to lumps as large as a house.',
    ],
  },
  {
    id: 'meteor-shower',
    sentences: [
      'Every August the Earth crosses a trail of dust left by an old comet.',
      'The grains hit the upper air at about sixty kilometres per second and burn up.',
      'From the ground we see them as short white streaks that seem to come from one point.',
      'That point lies in the constellation Perseus, which gives the shower its name.',
      'No instrument is needed to enjoy it, only darkness and a blanket.',
      'Lie down, look halfway up, and give your eyes twenty minutes to adjust.',
      'In a good year you will count more than one a minute after midnight.',
    ],
  },
  {
    id: 'dark-park',
    sentences: [
      'The valley was declared a dark sky park because no town lies within forty kilometres.',
      'Visitors have to cover their torches with red film.',
      'White light would ruin the night vision of everybody on the hill for half an hour.',
      'On clear evenings the Milky Way is bright enough to cast a faint shadow.',
      'A ranger explains which of the points are planets and which are suns far away.',
      'Many people from the city say that they had never seen more than a dozen stars before.',
      'Some of them come back with their children the next summer.',
    ],
  },
  {
    id: 'eclipse',
    sentences: [
      'A total eclipse of the Sun is possible only by a coincidence.',
      'The Moon is four hundred times smaller than the Sun but also four hundred times closer.',
      'So both discs appear to be the same size in our sky.',
      'When one slides exactly in front of the other, day turns into twilight within seconds.',
      'The pale corona, usually drowned in glare, becomes visible around the black disc.',
      'Birds fall silent and the temperature drops.',
      'Because the Moon drifts away from us a little each year, this spectacle will not last for ever.',
    ],
  },
];
