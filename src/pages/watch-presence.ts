// Tells a `Presence` what the browser knows: tab, size, view, and the hints of a deck of slides. Called by `open-page.ts`, once per page.
import { REST_MS, type Presence } from '../state/presence.svelte.ts';

/** Reveal.js says these to the frames of a slide. */
const START = 'slide:start';
const STOP = 'slide:stop';

/** The private address key `x-rest-ms`, for tests: how long the page is unseen before it gives the GPU back. */
export function restMs(search: string): number {
  const asked = Number(new URLSearchParams(search).get('x-rest-ms') ?? NaN);
  return asked >= 50 && asked <= REST_MS ? asked : REST_MS;
}

export function watchPresence(presence: Presence): void {
  const root = document.documentElement;
  const lookAtTab = () => presence.see({ isVisible: document.visibilityState === 'visible' });
  const measure = () => presence.see({ isSized: window.innerWidth > 0 && window.innerHeight > 0 });
  document.addEventListener('visibilitychange', lookAtTab);
  lookAtTab();

  window.addEventListener('resize', measure);
  new ResizeObserver(measure).observe(root);
  measure();

  // In a frame of another site it sees through to the window around it. A page of its own is in view with the first answer.
  new IntersectionObserver((entries) => presence.see({ isInView: entries.at(-1)!.isIntersecting })).observe(root);

  window.addEventListener('message', ({ data }: MessageEvent) => {
    if (data === STOP) presence.pause();
    else if (data === START) presence.resume();
  });
  for (const sign of ['pointerdown', 'keydown', 'wheel', 'focusin'])
    window.addEventListener(sign, () => presence.resume(), { capture: true, passive: true });
}
