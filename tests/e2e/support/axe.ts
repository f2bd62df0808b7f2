// axe on an open page or in one of its frames, and the walk through themes and languages without loading anything anew.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Frame, Page } from 'playwright';

export const THEMES = ['light', 'dark', 'contrast'] as const;
export const LANGUAGES = ['en', 'zh-Hans'] as const;
export type Theme = (typeof THEMES)[number];
export type Language = (typeof LANGUAGES)[number];

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
/** What only colours can break is asked in every theme, the rest in the first one. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];
const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Violations as short lines; none is good. `target` alone is asked, not the frames in it: each is a target of its own.
 * The source is put in by the debugger, which no content policy stops.
 */
export async function axeViolations(target: Page | Frame, isForColors = false): Promise<string[]> {
  if (!(await target.evaluate(() => 'axe' in globalThis))) await target.evaluate(SOURCE);
  const options = isForColors
    ? { runOnly: { type: 'rule', values: COLOR_RULES } }
    : { runOnly: { type: 'tag', values: TAGS }, rules: { 'target-size': { enabled: true } } };
  const { violations } = await target.evaluate(
    (chosen) =>
      (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
        ...chosen,
        iframes: false,
        resultTypes: ['violations'],
      }),
    options,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target: place, failureSummary }) => `${id}: ${place.join(' ')} ${(failureSummary ?? '').slice(0, 220)}`,
    ),
  );
}

/** Sets theme and language of what is asked, without loading it anew. */
export interface Dresser {
  theme(theme: Theme): Promise<unknown>;
  language(language: Language): Promise<unknown>;
}

/**
 * Asks axe in every theme and language; `state` names what is shown meanwhile. With `isOneDress` the colours of the further themes are
 * asked in the first language only: they do not depend on it.
 */
export async function violationsInEveryDress(
  target: Page | Frame,
  dresser: Dresser,
  state: string,
  isOneDress = false,
): Promise<string[]> {
  const found: string[] = [];
  for (const language of LANGUAGES) {
    await dresser.language(language);
    for (const theme of isOneDress && language !== LANGUAGES[0] ? THEMES.slice(0, 1) : THEMES) {
      await dresser.theme(theme);
      const violations = await axeViolations(target, theme !== THEMES[0]);
      found.push(...violations.map((one) => `${state}, ${language}, ${theme}: ${one}`));
    }
  }
  return found;
}
