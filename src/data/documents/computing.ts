// Documents about computers.
import type { CorpusDocument } from './short-text.ts';

export const COMPUTING: readonly CorpusDocument[] = [
  {
    id: 'leap-second-bug',
    sentences: [
      'At midnight the monitoring screens of the booking company turned red one after another.',
      'Every server was suddenly busy, although hardly any customers were awake.',
      'The engineers first suspected an attack and blocked whole ranges of addresses.',
      'Nothing changed until someone remembered that a leap second had been inserted into the day.',
      'A timer in the operating system had lost its bearings and fired without a pause.',
      'Setting the clock by hand cured each machine within a second.',
      'The report they wrote afterwards is still given to new employees.',
    ],
  },
  {
    id: 'hash-table',
    sentences: [
      'A hash table finds an entry without looking at the others.',
      'It turns the key into a number and uses that number as a position in an array.',
      'Two different keys may land on the same place, and such collisions must be resolved.',
      'One way is to keep a short list at each position.',
      'When the table becomes too full, the lists grow and the search slows down.',
      'The program then allocates a larger array and distributes everything anew.',
    ],
  },
  {
    id: 'first-program',
    sentences: [
      'I wrote my first program at the age of nine on a machine that was connected to the television.',
      'It asked for your name and then printed it two hundred times.',
      'There was no disk, so everything was stored on a music cassette.',
      'Loading took four minutes and failed whenever somebody slammed a door.',
      'To save memory I gave every variable a single letter.',
      'Months later I could not read my own code any more.',
      'That was my first lesson about choosing names.',
    ],
  },
  {
    id: 'backup',
    sentences: [
      'A backup that has never been restored is only a hope.',
      'Our small office learned this when the main drive died on a Monday.',
      'The copies had been written every night for three years, to a folder that no longer existed.',
      'A specialist recovered most of the files for the price of a used car.',
      'Now one of us restores a random document on the first day of each month.',
      'One copy stays in the building and another one is kept in a bank.',
    ],
  },
];
