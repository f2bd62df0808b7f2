// Listening to the pinned query's row: starts and stops the player, says so, and tells the view which keys sound. Nothing of Web Audio is
// touched before somebody presses the button. One per step panel; its owner stops it when the row changes or the panel goes.
import type { Playing } from '../../ui/play-notes.ts';
import type { RowNotes } from '../../viz/row-notes.ts';
import type { AttentionView, Sounding } from './attention-view.svelte.ts';

export type ListenFailure = 'listen_no_audio' | 'listen_blocked' | 'listen_failed' | 'listen_nothing' | 'table_waiting';

/** A browser that blocks sound lets `resume` wait for ever. */
const PATIENCE_MS = 1500;
/** A row that nobody has looked at yet takes a moment. */
const ROW_MS = 400;

interface Listening {
  view: AttentionView;
  /** What would be played now; null while the row is not known. */
  row: () => { sound: RowNotes; place: Omit<Sounding, 'keys'> } | null;
  /** Fetches that row. */
  ask: () => void;
  /** Nothing moves: the keys are marked together. */
  isStill: () => boolean;
  say: (what: ListenFailure | 'listen_playing' | 'listen_finished' | 'listen_stopped') => void;
}

export class RowListening {
  isPlaying = $state(false);
  failure = $state<ListenFailure | null>(null);
  readonly #of: Listening;
  #playing: Playing | null = null;
  /** Counts starts and stops: what was overtaken while it loaded does nothing any more. */
  #turn = 0;

  constructor(of: Listening) {
    this.#of = of;
  }

  async play(): Promise<void> {
    const context = newContext();
    if (!context) return this.#fail('listen_no_audio');
    this.stop();
    const turn = ++this.#turn;
    this.isPlaying = true;
    this.failure = null;
    try {
      const { playNotes } = await import('../../ui/play-notes.ts');
      const isRunning = await resumed(context);
      if (turn === this.#turn && !this.#of.row()) {
        this.#of.ask();
        await new Promise((fetched) => setTimeout(fetched, ROW_MS));
      }
      if (turn !== this.#turn) return void context.close();
      const row = this.#of.row();
      if (!isRunning || !row || row.sound.notes.length === 0) {
        void context.close();
        return this.#fail(!isRunning ? 'listen_blocked' : row ? 'listen_nothing' : 'table_waiting');
      }
      const { sound, place } = row;
      const all = [sound.notes[0]!.keys[0], sound.notes.at(-1)!.keys[1]] as const;
      const isStill = this.#of.isStill();
      this.#of.say('listen_playing');
      this.#playing = playNotes(
        context,
        sound,
        this.#of.view.volume,
        (note) => (this.#of.view.sounding = note && { ...place, keys: isStill ? all : note.keys }),
        () => this.#rest('listen_finished'),
      );
    } catch {
      void context.close();
      if (turn === this.#turn) this.#fail('listen_failed');
    }
  }

  /** At once. Says so when a person stopped it. */
  stop(isAsked = false): void {
    if (!this.isPlaying) return;
    this.#playing?.stop();
    this.#rest(isAsked ? 'listen_stopped' : null);
  }

  setVolume(percent: number): void {
    this.#of.view.volume = percent;
    this.#playing?.setVolume(percent);
  }

  #rest(said: 'listen_finished' | 'listen_stopped' | null): void {
    this.#turn++;
    this.#playing = null;
    this.isPlaying = false;
    this.#of.view.sounding = null;
    if (said) this.#of.say(said);
  }

  #fail(failure: ListenFailure): void {
    this.#rest(null);
    this.failure = failure;
    this.#of.say(failure);
  }
}

/** Made in the press itself: later, Safari would not let it sound. Null where there is no Web Audio, or no device for it. */
function newContext(): AudioContext | null {
  try {
    return new AudioContext();
  } catch {
    return null;
  }
}

async function resumed(context: AudioContext): Promise<boolean> {
  if (context.state !== 'running')
    await Promise.race([context.resume(), new Promise((late) => setTimeout(late, PATIENCE_MS))]);
  return context.state === 'running';
}
