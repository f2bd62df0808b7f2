import { expect, test } from 'vitest';
import type { PictureTrial } from '../../src/contract/tuning.ts';
import { pictureTrials } from '../../src/labs/attention/picture-trials.ts';

const names = { after: 'afterwards', passing: 'in passing' };
const trial: PictureTrial = { blockKeys: 16, afterMs: [3, 4], passingMs: [2, 2], verdict: 'chosen', errorShare: 0.1 };
const verdicts = (told: PictureTrial) => pictureTrials(told, names).map(({ plan, verdict }) => [plan, verdict]);

test('one of the two ways is in use, whatever came of the trial', () => {
  expect(verdicts(trial)).toEqual([
    ['afterwards', 'slower'],
    ['in passing', 'chosen'],
  ]);
  for (const verdict of ['slower', 'wrong', 'failed'] as const)
    expect(verdicts({ ...trial, verdict })).toEqual([
      ['afterwards', 'chosen'],
      ['in passing', verdict],
    ]);
});

test('times are of the wall clock, each way’s its own, and a failure keeps its reason', () => {
  const [after, passing] = pictureTrials({ ...trial, verdict: 'failed', reason: 'no room' }, names);
  expect(after).toMatchObject({ clock: 'wall', samples: [3, 4] });
  expect(passing).toMatchObject({ clock: 'wall', samples: [2, 2], errorShare: 0.1, reason: 'no room' });
});
