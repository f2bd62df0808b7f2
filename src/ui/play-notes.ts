// Plays the notes of a row once, by one oscillator behind a gate, a pan and a volume. Loaded when somebody first listens.
// The context is the caller's until it is handed to `playNotes`, which closes it when the notes are over or stopped.
import type { Note, RowNotes } from '../viz/row-notes.ts';

/** Room to set everything up before the first note, seconds. */
const LEAD = 0.06;
/** Long enough to make no click, short enough to be at once: seconds. */
const FADE = 0.005;

export interface Playing {
  stop(): void;
  setVolume(percent: number): void;
}

/** Loudness is heard by ratios: the square makes the middle of the slider sound like half. */
const gainOf = (percent: number) => (percent / 100) ** 2;

/** Plans all notes on the context's own clock, from second `at`. Works on an offline context, too. */
export function scheduleNotes(
  context: BaseAudioContext,
  { notes, step, duration }: RowNotes,
  at: number,
  percent: number,
) {
  const voice = context.createOscillator();
  const gate = context.createGain();
  const pan = context.createStereoPanner();
  const volume = context.createGain();
  voice.connect(gate).connect(pan).connect(volume).connect(context.destination);
  voice.type = 'triangle';
  gate.gain.value = 0;
  volume.gain.value = gainOf(percent);
  const [attack, release] = [Math.min(0.01, step / 6), Math.min(0.03, step / 4)];
  for (const note of notes) {
    const [start, end] = [at + note.start, at + note.start + step];
    voice.frequency.setValueAtTime(note.frequencyHz, start);
    pan.pan.setValueAtTime(note.pan, start);
    gate.gain.setValueAtTime(0, start);
    gate.gain.linearRampToValueAtTime(1, start + attack);
    gate.gain.setValueAtTime(1, end - release);
    gate.gain.linearRampToValueAtTime(0, end);
  }
  voice.start(at);
  voice.stop(at + duration);
  return { voice, volume };
}

/** `onnote` hears of each note as it sounds, and of null between them; `onend` when the last one is over, not when stopped. */
export function playNotes(
  context: AudioContext,
  row: RowNotes,
  percent: number,
  onnote: (note: Note | null) => void,
  onend: () => void,
): Playing {
  const start = context.currentTime + LEAD;
  const { voice, volume } = scheduleNotes(context, row, start, percent);
  let sounding: Note | null = null;
  let frame = requestAnimationFrame(follow);
  function follow(): void {
    // What is heard lags what is computed, by much where the ear is wireless.
    const now = context.currentTime - (context.outputLatency || 0) - start;
    const next = row.notes.find((note) => now >= note.start && now < note.start + row.step) ?? null;
    if (next !== sounding) onnote((sounding = next));
    frame = requestAnimationFrame(follow);
  }
  function finish(): void {
    cancelAnimationFrame(frame);
    voice.onended = null;
    onnote(null);
  }
  voice.onended = () => {
    finish();
    void context.close();
    onend();
  };
  return {
    stop() {
      finish();
      volume.gain.cancelScheduledValues(context.currentTime);
      volume.gain.setTargetAtTime(0, context.currentTime, FADE);
      voice.stop(context.currentTime + 6 * FADE);
      setTimeout(() => void context.close(), 12_000 * FADE);
    },
    setVolume(wanted) {
      volume.gain.setTargetAtTime(gainOf(wanted), context.currentTime, FADE);
    },
  };
}
