// A figure as a PNG: ground and rasters by the canvas itself, texel for texel, the rest as an SVG image over them. The SVG is a data address:
// a blob of a sandboxed frame has an opaque origin, and nothing here may taint the canvas. Called by the lab's exports.
import { AttentionError } from '../contract/errors.ts';
import type { Drawing, Raster } from '../viz/export/figure.ts';
import { withPngText } from '../viz/export/png.ts';

/** What phones draw; a larger canvas comes out empty there, without a word. */
export const MOST_PIXELS = 4096 * 4096;

function makeCanvas(width: number, height: number): { canvas: HTMLCanvasElement; pen: CanvasRenderingContext2D } {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d');
  if (!pen) throw new AttentionError('internal', { reason: 'no-canvas' });
  return { canvas, pen };
}

function drawRaster(
  pen: CanvasRenderingContext2D,
  { pixels, rows, columns, x, y, width, height, ground }: Raster,
): void {
  const small = makeCanvas(columns, rows);
  small.pen.putImageData(new ImageData(pixels, columns, rows), 0, 0);
  pen.fillStyle = ground;
  pen.fillRect(x, y, width, height);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(small.canvas, x, y, width, height);
}

async function imageOf(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

/** A drawing of so many square pixels fits at every scale. */
export const MOST_AREA = MOST_PIXELS / 4 ** 2;

/** The largest whole scale up to 4 at which the drawing fits. */
export function largestScale({ width, height }: Drawing): number {
  return Math.max(1, Math.min(4, Math.floor(Math.sqrt(MOST_PIXELS / (width * height)))));
}

/** `words`: keywords and texts to be kept inside the file. */
export async function drawPng(drawing: Drawing, scale: number, words: Readonly<Record<string, string>>): Promise<Blob> {
  const { width, height, origin, rasters, ground } = drawing;
  if (width * height * scale * scale > MOST_PIXELS)
    throw new AttentionError('too-large', {
      field: 'scale',
      value: scale,
      allowed: `at most ${largestScale(drawing)}`,
      reason: 'too-many-pixels',
      numbers: { scale, most: largestScale(drawing) },
    });
  const image = await imageOf(await drawing.svg('apart'));
  const { canvas, pen } = makeCanvas(width * scale, height * scale);
  try {
    pen.scale(scale, scale);
    pen.fillStyle = ground;
    pen.fillRect(0, 0, width, height);
    pen.save();
    pen.translate(origin.x, origin.y);
    for (const raster of rasters) drawRaster(pen, raster);
    pen.restore();
    pen.imageSmoothingEnabled = true;
    pen.drawImage(image, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (!blob) throw new AttentionError('internal', { reason: 'no-picture' });
    return new Blob([withPngText(new Uint8Array(await blob.arrayBuffer()), words)], { type: 'image/png' });
  } finally {
    // Some browsers keep a canvas' memory until its size is gone.
    canvas.width = 0;
    canvas.height = 0;
  }
}
