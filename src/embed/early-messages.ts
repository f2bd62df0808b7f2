// Keeps what a parent says before the frame door is loaded: a `connect` sent once, a deck's `slide:start`. Part of a frame's first load,
// so it is small. What is kept is handed over once; a flood is cut.

const MOST_KEPT = 32;

/** Listens until the returned function takes what has come. */
export function keepEarlyMessages(): () => MessageEvent[] {
  const kept: MessageEvent[] = [];
  const keep = (event: MessageEvent) => {
    if (event.source === window.parent && kept.length < MOST_KEPT) kept.push(event);
  };
  window.addEventListener('message', keep);
  return () => {
    window.removeEventListener('message', keep);
    return kept.splice(0);
  };
}
