// Documents about the sea.
import type { CorpusDocument } from './short-text.ts';

export const SEA: readonly CorpusDocument[] = [
  {
    id: 'lighthouse',
    sentences: [
      'The lighthouse on the rock has been empty since the keepers left in 1988.',
      'Until then three men lived there for eight weeks at a time.',
      'In winter the waves rose above the gallery and made the granite tremble.',
      'Supplies came by boat, and a rope pulled them up one basket after another.',
      'They passed the evenings with cards and with model ships made of driftwood.',
      'Today a small solar lamp does the job and reports its own faults by radio.',
    ],
  },
  {
    id: 'tides',
    sentences: [
      'The tide is highest when the Sun and the Moon pull along the same line.',
      'Water piles up on the side that faces the Moon and, oddly, on the opposite side as well.',
      'The Earth turns beneath these two bulges, so most coasts see two floods a day.',
      'Bays that narrow like a funnel make the difference much larger.',
      'In one of them the water climbs as high as a four-storey house.',
      'Fishermen there moor their boats on ropes long enough for both extremes.',
      'A visitor who ignores the tables may find his car under water.',
    ],
  },
  {
    id: 'octopus',
    sentences: [
      'The octopus in the harbour aquarium learned to open its tank.',
      'At night it crossed the wet floor and climbed into the basin of the crabs.',
      'In the morning the keepers found empty shells and an octopus that looked innocent.',
      'A camera finally revealed the thief.',
      'They put a heavy stone on the lid, and the animal squirted water at the lamp above it.',
      'Since it is given puzzles with food inside, it has stayed at home.',
    ],
  },
  {
    id: 'container-ship',
    sentences: [
      'A container ship of the largest class carries more than twenty thousand steel boxes.',
      'The crew that runs it would fit into a minibus.',
      'Cranes load and empty it in about a day, guided by a plan that balances every weight.',
      'Heavy boxes belong at the bottom, and those for the next port must lie on top.',
      'If the plan is wrong, the hull bends more than it should in high waves.',
      'Sailors say that they see little of the cities they visit.',
      'Before the last lorry has left the quay, the ship is already on its way.',
    ],
  },
];
