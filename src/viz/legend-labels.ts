// The numbers along a colour ramp, kept apart: each under its tick, moved inwards at the ends, left out where two would touch.
// Called by the legend on the page and in exported figures.

export interface LegendStopText {
  /** Place along the ramp, 0…1. */
  at: number;
  text: string;
}

export interface PlacedStop {
  text: string;
  /** The tick, and the middle of its number: pixels from the ramp's start. */
  x: number;
  textX: number;
  /** A number at an end begins or ends there, whatever its width. */
  anchor: 'start' | 'middle' | 'end';
  isShown: boolean;
}

const GAP_PX = 8;

/** Both ends always carry a number, and the middle of a signed ramp; the others where they do not touch. */
export function placeStops(
  stops: readonly LegendStopText[],
  width: number,
  { isSigned, letterPx }: { isSigned: boolean; letterPx: number },
): PlacedStop[] {
  const place = ({ at, text }: LegendStopText): PlacedStop => {
    const reach = Math.min(width, text.length * letterPx) / 2;
    const x = at * width;
    const anchor = x < reach ? 'start' : x > width - reach ? 'end' : 'middle';
    return { text, x, textX: Math.max(reach, Math.min(width - reach, x)), anchor, isShown: false };
  };
  const touches = (a: PlacedStop, b: PlacedStop) =>
    Math.abs(a.textX - b.textX) < ((a.text.length + b.text.length) * letterPx) / 2 + GAP_PX;
  const all = stops.map(place);
  const middle = all.find(({ text }) => isSigned && text === '0');
  const kept: PlacedStop[] = [];
  for (const stop of [all[0], all.at(-1), middle, ...all]) {
    if (!stop || kept.some((other) => other === stop || touches(stop, other))) continue;
    stop.isShown = true;
    kept.push(stop);
  }
  return all;
}
