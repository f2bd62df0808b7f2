// Documents about music.
import type { CorpusDocument } from './short-text.ts';

export const MUSIC: readonly CorpusDocument[] = [
  {
    id: 'second-violin',
    sentences: [
      'People assume that the second violin of a quartet is the player who was not good enough for the first part.',
      'In truth the job asks for something rarer than speed.',
      'The second violin has to blend with the melody one moment and with the cello the next.',
      'It often carries the rhythm that nobody notices until it is missing.',
      'In slow movements it fills the harmony from the inside.',
      'Our teacher used to say that you hear a good one only in the difference it makes.',
    ],
  },
  {
    id: 'piano-tuner',
    sentences: [
      'The piano tuner comes to us twice a year, always with the same worn leather bag.',
      'He starts in the middle of the keyboard and works outwards by octaves.',
      'Each note is struck by a hammer that hits two or three strings at once.',
      'If one of them is slightly off, the sound begins to beat like a slow pulse.',
      'He turns the pin by a hair until the beating stops.',
      'After two hours he plays the same short waltz to check his work.',
      'I have never heard him play anything else.',
    ],
  },
  {
    id: 'village-choir',
    sentences: [
      'Our village choir nearly dissolved when the conductor retired.',
      'There were eleven altos left, four sopranos and a single bass.',
      'Then a young woman who had moved into the old schoolhouse offered to lead the rehearsals.',
      'She replaced half of the hymns with songs from films and from her childhood in Georgia.',
      'Some members grumbled, but teenagers began to turn up on Thursday evenings.',
      'By Christmas we had to bring extra chairs into the hall.',
      'The single bass now has company from two lorry drivers and a dentist.',
    ],
  },
  {
    id: 'vinyl',
    sentences: [
      'A vinyl record stores sound as a groove that wanders from side to side.',
      'The needle follows it, and its tiny movements are turned into an electric signal.',
      'Loud bass would throw the needle out of its track.',
      'Engineers therefore reduce the low notes before cutting and the amplifier restores them afterwards.',
      'Towards the centre of the disc less groove passes under the needle each second, so the treble suffers.',
      'That is one reason why quiet ballads were often placed last on an album.',
    ],
  },
];
