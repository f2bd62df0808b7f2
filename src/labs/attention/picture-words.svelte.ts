// The pictures in words, made anew when they rest: a dragged slider must not wait for sentences. One per attention lab.
import { wordPattern, wordPicture } from '../../i18n/describe.ts';
import type { PageLanguage } from '../../state/lab-context.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';
import { isFullyVisible } from '../../contract/visibility.ts';
import { picturePattern, type BlockPattern, type CellPattern } from '../../viz/picture-pattern.ts';
import type { AttentionView } from './attention-view.svelte.ts';
import type { PaintedPicture } from './painted-picture.svelte.ts';

const REST_MS = 120;

export class PictureWords {
  #pattern = $state.raw<{ full: CellPattern | BlockPattern; windowed: CellPattern | BlockPattern } | null>(null);
  readonly #session: LabSession;
  readonly #view: AttentionView;
  readonly #painted: PaintedPicture;
  readonly #language: PageLanguage;

  constructor(session: LabSession, view: AttentionView, painted: PaintedPicture, language: PageLanguage) {
    this.#session = session;
    this.#view = view;
    this.#painted = painted;
    this.#language = language;
    $effect(() => {
      const picture = session.shown?.picture;
      const problems = view.problems;
      if (!picture || !problems) return;
      const timer = setTimeout(() => {
        const windowed = { ...picture, full: picture.windowed };
        const own = { full: problems.windowed, windowed: problems.windowed };
        this.#pattern = { full: picturePattern(picture, problems), windowed: picturePattern(windowed, own) };
      }, REST_MS);
      return () => clearTimeout(timer);
    });
  }

  /** What the picture is and which part is shown. */
  what = $derived.by(() => {
    const { shown } = this.#session;
    if (!shown) return '';
    return wordPicture(
      this.#painted.naming,
      {
        head: shown.picture.head,
        heads: shown.computed.heads,
        length: shown.computed.length,
        pooling: this.#painted.pooledNote,
      },
      this.#view.zoomed && shown.picture,
    );
  });

  /** What stands out in the full picture, and what the window hides of it. */
  full = $derived.by(() => {
    const problems = this.#view.problems;
    if (!this.#pattern || !problems) return '';
    return wordPattern(this.#painted.naming, this.#pattern.full, !isFullyVisible(problems.windowed));
  });
  windowed = $derived.by(() => (this.#pattern ? wordPattern(this.#painted.naming, this.#pattern.windowed, false) : ''));

  /** All of it, for a screen reader before it enters the picture. */
  all = $derived.by(() => [this.what, this.full].join(this.#language.text.sentence_space()));
}
