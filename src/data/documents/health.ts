// Documents about health and medicine.
import type { CorpusDocument } from './short-text.ts';

export const HEALTH: readonly CorpusDocument[] = [
  {
    id: 'vaccine',
    sentences: [
      'A vaccine shows the immune system a harmless part of a germ.',
      'White blood cells examine it and begin to produce antibodies that fit.',
      'This first answer is slow and takes about two weeks.',
      'Some of the cells then stay in the body for years as a memory.',
      'When the real germ arrives, they multiply within hours instead of days.',
      'Often the infection is over before the patient feels anything.',
    ],
  },
  {
    id: 'night-nurse',
    sentences: [
      'Between two and four in the morning the ward is at its quietest.',
      'The nurse walks from door to door with a shaded lamp and listens to the breathing.',
      'She checks the drip in room seven and turns the old man in room nine onto his other side.',
      'At the desk she writes down every dose with the exact time.',
      'A bell rings, and someone who cannot sleep asks for a glass of water.',
      'They talk for a few minutes about his daughter in Canada.',
      'At six the lights come on and the day shift brings the smell of fresh bread.',
    ],
  },
  {
    id: 'back-pain',
    sentences: [
      'Most back pain goes away within six weeks, whatever is done about it.',
      'For decades doctors told their patients to stay in bed.',
      'Studies later showed that rest makes the muscles weaker and the recovery longer.',
      'Today the advice is to keep moving as far as the pain allows.',
      'Walking and swimming are usually better tolerated than sitting.',
      'A scan is needed only if there are warning signs such as numbness or fever.',
      'The hardest part is to trust a body that has just failed you.',
    ],
  },
  {
    id: 'glasses',
    sentences: [
      'Our daughter complained of headaches every afternoon at school.',
      'We suspected the noise in the classroom, then the lack of sleep.',
      'It was her teacher who noticed that she copied words wrongly from the board.',
      'The optician placed one lens after another in front of her eyes until the smallest letters were sharp.',
      'On the way home she read every street sign aloud.',
      'The headaches stopped within a week.',
    ],
  },
];
