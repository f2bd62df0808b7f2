// Measures the height of the frame's content and has it reported. Only `#app` is measured, never the window: a height that depends on the
// frame's own would chase itself. Own scrollbars go once the parent has answered and come back when it stops.
import type { Cause } from '../state/settings.svelte.ts';
import { HeightReports } from './height-reports.ts';

interface Outlets {
  send: (height: number) => void;
  warn: (code: 'resize-loop' | 'resize-unanswered', message: string) => void;
}

const WORDS = {
  'resize-loop':
    'The height keeps changing in one direction by itself: it depends on the frame’s own height. No more are sent.',
  'resize-unanswered': 'No “resized” came within a second; the frame scrolls by itself.',
} as const;
/** What a reader does that may change the height. */
const ACTS = ['pointerdown', 'keydown', 'input', 'wheel'] as const;

export function followHeight({ send, warn }: Outlets) {
  const root = document.documentElement;
  const content = document.getElementById('app')!;
  const reports = new HeightReports({
    send,
    onFollowed: () => root.toggleAttribute('data-followed', true),
    onGivenUp(why) {
      root.toggleAttribute('data-followed', false);
      warn(why, WORDS[why]);
    },
  });
  let frame = 0;
  const measure = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => reports.measure(content.getBoundingClientRect().height));
  };
  const act = () => reports.act();
  const observer = new ResizeObserver(measure);
  observer.observe(content);
  for (const type of ACTS) window.addEventListener(type, act, { capture: true, passive: true });
  return {
    answer: () => reports.answer(),
    /** Whoever changes a setting changes heights too. */
    act: (cause: Cause) => {
      if (cause !== 'load') reports.act();
    },
    stop(): void {
      observer.disconnect();
      cancelAnimationFrame(frame);
      for (const type of ACTS) window.removeEventListener(type, act, { capture: true });
      reports.stop();
      root.toggleAttribute('data-followed', false);
    },
  };
}
