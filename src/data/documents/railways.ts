// Documents about trains.
import type { CorpusDocument } from './short-text.ts';

export const RAILWAYS: readonly CorpusDocument[] = [
  {
    id: 'night-train',
    sentences: [
      'The night train leaves the capital a little after nine and reaches the coast at breakfast.',
      'A steward shows you how to fold the seat into a narrow bed.',
      'Somewhere near the border the engine is changed, and a jolt runs through the carriages.',
      'Half asleep, you hear voices on a platform and a trolley with a squeaking wheel.',
      'In the morning he knocks with coffee and a roll wrapped in paper.',
      'Outside the window there are suddenly palm trees and water.',
      'You step off rested, and a whole day lies ahead of you.',
    ],
  },
  {
    id: 'signal-box',
    sentences: [
      'The signal box at the junction was built in 1911 and worked until last spring.',
      'Forty iron levers stood in a row, painted red for signals and black for points.',
      'A mechanical lock under the floor made it impossible to set two conflicting routes.',
      'Pulling the distant signal took the whole weight of the body.',
      'Bells told the signalman what the next box along the line was sending him.',
      'Now a computer in a city eighty kilometres away does the same work for the entire region.',
      'A local society hopes to turn the building into a museum.',
    ],
  },
  {
    id: 'late-trains',
    sentences: [
      'A train that is three minutes late can upset an entire network.',
      'It misses its slot at the bottleneck and has to wait for others to pass.',
      'Passengers who change there run along the platform and miss their connection.',
      'Planners therefore hide a little spare time in every timetable.',
      'Too much of it makes the journey slow, too little makes it fragile.',
      'The art lies in placing the reserve just before the busiest stations.',
    ],
  },
  {
    id: 'model-railway',
    sentences: [
      'My uncle has been building the same model railway in his attic since 1983.',
      'It shows the valley of his childhood, with the brewery and the slate roof of the station.',
      'Each tree was made by hand from wire and dyed moss.',
      'The trains run to the timetable of a winter day in 1956, which he found in an archive.',
      'Visitors may drive the shunting engine if they promise not to hurry.',
      'He says it will be finished next year, and he has said so every year.',
    ],
  },
];
