// What changed, for those who cannot see it: the result once it rests, the pinned query, the part in view; and what a page around the
// frame hears when it asks for a description. Called once while the attention lab is set up.
import { untrack } from 'svelte';
import { wordPart, wordQuery } from '../../i18n/describe.ts';
import type { Announcer } from '../../state/announcer.svelte.ts';
import type { PageLanguage } from '../../state/lab-context.ts';
import type { LabSession } from '../../state/lab-session.svelte.ts';
import { formatCount, formatNumber, formatShare } from '../../viz/format.ts';
import type { AttentionView } from './attention-view.svelte.ts';
import type { PaintedPicture } from './painted-picture.svelte.ts';
import type { PictureWords } from './picture-words.svelte.ts';

/** A result is said when nothing has moved for this long. */
const SPEAK_PAUSE_MS = 500;

interface Speaking {
  session: LabSession;
  view: AttentionView;
  painted: PaintedPicture;
  words: PictureWords;
  language: PageLanguage;
  announcer: Announcer;
}

/** The result says what is on screen; null while there is nothing. */
export function speakChanges({
  session,
  view,
  painted,
  words,
  language,
  announcer,
}: Speaking): (withNames: boolean) => string | null {
  const result = $derived.by(() => {
    const { computed } = session;
    if (!computed) return null;
    const { text, locale } = language;
    return text.spoken_result({
      n: formatCount(computed.length, locale),
      heads: formatCount(computed.heads, locale),
      share: formatShare(computed.windowed.pairs / Math.max(1, computed.full.pairs), locale),
      error: computed.error ? formatNumber(computed.error.largest, locale) : '–',
    });
  });
  $effect(() => {
    const said = result;
    if (session.activity !== 'idle' || said === null) return;
    const timer = setTimeout(() => announcer.say(said), SPEAK_PAUSE_MS);
    return () => clearTimeout(timer);
  });
  let wasPinned = untrack(() => view.pinned !== null);
  $effect(() => {
    const { pinned } = view;
    untrack(() => {
      const { text } = language;
      if (pinned) announcer.say(text.spoken_pinned({ query: wordQuery(painted.naming, pinned.query) }));
      else if (wasPinned) announcer.say(text.spoken_unpinned());
      wasPinned = pinned !== null;
    });
  });
  $effect(() => {
    const part = view.zoomed;
    if (part) untrack(() => announcer.say(wordPart(painted.naming, part)));
  });
  return (withNames) => {
    if (result === null) return null;
    const sentences = [words.what, withNames ? words.full : '', result];
    return sentences.filter((sentence) => sentence !== '').join(language.text.sentence_space());
  };
}
