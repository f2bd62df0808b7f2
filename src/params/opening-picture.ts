// The recorded opening picture: weights of the example text at the opening setting, computed in float64 when the page was built
// (`tools/build-opening.ts`), shown until the worker has computed the same live. Written and read here.
import type { ComputeSummary, PicturePair, SourceSummary } from '../contract/workbench.ts';

export interface OpeningPicture {
  source: SourceSummary;
  /** Generation 0: no worker has computed it, so it has no rows, steps or times. */
  computed: ComputeSummary;
  picture: PicturePair;
}

const LEVELS = 65535;

/** 16-bit levels of weights in [0, 1], as base64. The smallest positive weight stays positive. */
function packWeights(weights: Float32Array): string {
  const levels = Uint16Array.from(weights, (weight) => (weight > 0 ? Math.max(1, Math.round(weight * LEVELS)) : 0));
  const bytes = new Uint8Array(levels.buffer);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function unpackWeights(packed: string): Float32Array {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  return Float32Array.from(new Uint16Array(bytes.buffer), (level) => level / LEVELS);
}

export function writeOpening({ source, computed, picture }: OpeningPicture): string {
  const error = computed.error && { ...computed.error, perRow: Array.from(computed.error.perRow, Math.fround) };
  const packed = { ...picture, full: packWeights(picture.full), windowed: packWeights(picture.windowed) };
  return JSON.stringify({ source, computed: { ...computed, error }, picture: packed });
}

/** What `writeOpening` wrote. Throws on anything else. */
export function readOpening(json: string): OpeningPicture {
  const { source, computed, picture } = JSON.parse(json);
  return {
    source,
    computed: { ...computed, error: { ...computed.error, perRow: Float32Array.from(computed.error.perRow) } },
    picture: { ...picture, full: unpackWeights(picture.full), windowed: unpackWeights(picture.windowed) },
  };
}

/** Null when there is none or it cannot be read: the live picture is on its way anyway. */
export async function fetchOpening(url: string): Promise<OpeningPicture | null> {
  try {
    const response = await fetch(url);
    return response.ok ? readOpening(await response.text()) : null;
  } catch {
    return null;
  }
}
