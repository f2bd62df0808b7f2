// A deck of slides around the frame (Reveal.js, whose words these are): it says `slide:start` and `slide:stop`, bare strings that are
// obeyed from any parent because they are harmless. Keys that turn slides go back to it, unless what has the focus here needs them.
import type { Settings } from '../state/settings.svelte.ts';

const START = 'slide:start';
const STOP = 'slide:stop';

/** As decks know keys: by the number of old (Reveal's `triggerKey`). */
const SLIDE_KEYS: Readonly<Record<string, number>> = {
  ' ': 32,
  PageUp: 33,
  PageDown: 34,
  End: 35,
  Home: 36,
  ArrowLeft: 37,
  ArrowUp: 38,
  ArrowRight: 39,
  ArrowDown: 40,
  Escape: 27,
};
const TEXT_FIELDS =
  'textarea, select, input:not([type=range], [type=checkbox], [type=radio], [type=button]), [contenteditable]';
const KEY_USERS = `${TEXT_FIELDS}, input, button, summary, a[href], [role=grid], [role=tablist], [role=slider]`;

/** What a presenter's clicker sends: it turns slides even while a grid or a slider has the focus. */
const CLICKER_KEYS = ['PageUp', 'PageDown'];

function goesToDeck(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return false;
  if (!(event.key in SLIDE_KEYS) || document.querySelector('dialog[open]')) return false;
  const user = event.target instanceof Element ? event.target : null;
  return user?.closest(CLICKER_KEYS.includes(event.key) ? TEXT_FIELDS : KEY_USERS) == null;
}

/** Follows the deck until the returned function is called. `early`: what it said before this was loaded. */
export function followDeck(settings: Settings, early: readonly MessageEvent[]): () => void {
  let isDeck = false;
  const hear = ({ source, data }: MessageEvent) => {
    if (source !== window.parent || (data !== START && data !== STOP)) return;
    isDeck = true;
    // On a slide that has been left, keys would be lost.
    if (data === STOP && document.hasFocus()) window.parent.focus();
  };
  const pass = (event: KeyboardEvent) => {
    if (!(isDeck || settings.values.presentation) || !goesToDeck(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const press = { method: 'triggerKey', args: [SLIDE_KEYS[event.key]] };
    window.parent.postMessage(JSON.stringify(press), '*');
  };
  for (const event of early) hear(event);
  window.addEventListener('message', hear);
  window.addEventListener('keydown', pass, { capture: true });
  return () => {
    window.removeEventListener('message', hear);
    window.removeEventListener('keydown', pass, { capture: true });
  };
}
