// The measures of the grid of texts and labels, and the room that hanging labels need.
import { describe, expect, it } from 'vitest';
import { longestLabelPx } from '../../src/viz/axis-labels.ts';
import { fitText, textWidth } from '../../src/viz/export/text-lines.ts';
import { similarityGeometry } from '../../src/viz/similarity-grid.ts';

const TOPICS = ['sport', 'food', 'weather', 'money', 'space', 'health'];

describe('the grid of texts and labels', () => {
  it('writes labels flat where all of them fit their column', () => {
    const wide = similarityGeometry(TOPICS, 1040);
    expect(wide.tiltDegrees).toBe(0);
    for (const label of TOPICS) expect(fitText(label, 12, wide.labelPx)).toBe(label);
  });

  it('writes them steep on a phone, each to be told from the others, and stays within it', () => {
    const phone = similarityGeometry(TOPICS, 358);
    expect(phone.tiltDegrees).toBe(-60);
    for (const label of TOPICS) expect(fitText(label, 12, phone.labelPx)).toBe(label);
    expect(phone.headPx).toBeGreaterThan(textWidth('weather', 12) * Math.sin(Math.PI / 3));
    expect(phone.fullPx).toBeCloseTo(358, 6);
  });

  it('keeps cells and texts readable where there are too many labels, and is wider than its room then', () => {
    for (const width of [240, 358, 640, 1040]) {
      const many = similarityGeometry(
        Array.from({ length: 40 }, (_, at) => `label ${at}`),
        width,
      );
      expect(many.cellPx).toBeGreaterThanOrEqual(38);
      expect(many.namePx).toBeGreaterThanOrEqual(96);
      expect(many.fullPx).toBeGreaterThan(width);
    }
  });

  it('takes a list without labels', () => {
    expect(similarityGeometry([], 358)).toMatchObject({ tiltDegrees: 0, fullPx: 358 });
  });
});

it('finds the longest piece as it is shown: without its space mark, and cut', () => {
  expect(longestLabelPx([])).toBe(0);
  expect(longestLabelPx(['▁the', '▁cat'])).toBe(textWidth('the', 12));
  expect(longestLabelPx(['▁lighthouse', 'a'], 5)).toBe(textWidth('ligh…', 12));
});
