// Contrast as WCAG 2.2 counts it, of colours as the browser computed them. Knows the grounds of HTML ancestors, not of svg shapes.

type Color = [red: number, green: number, blue: number, alpha: number];

const known = new Map<string, Color>();
const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;

/** Any CSS colour as four numbers, 0…255 and 0…1. */
export function parseColor(css: string): Color {
  let color = known.get(css);
  if (!color) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = css;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    known.set(css, (color = [r!, g!, b!, a! / 255]));
  }
  return color;
}

const over = (top: Color, ground: Color, opacity: number): Color => {
  const alpha = top[3] * opacity;
  const mix = (channel: 0 | 1 | 2) => top[channel] * alpha + ground[channel] * (1 - alpha);
  return [mix(0), mix(1), mix(2), 1];
};

function luminance([r, g, b]: Color): number {
  const linear = (byte: number) => (byte <= 0.04045 * 255 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

export function contrast(a: Color, b: Color): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

/** What is painted behind an element's own text, and the share of the text's colour that reaches the eye. */
export function groundOf(element: Element): { ground: Color; opacity: number } {
  const line: Element[] = [];
  for (let at: Element | null = element; at; at = at.parentElement) line.unshift(at);
  let ground: Color = [255, 255, 255, 1];
  let opacity = 1;
  for (const one of line) {
    const style = getComputedStyle(one);
    opacity *= Number(style.opacity);
    ground = over(parseColor(style.backgroundColor), ground, opacity);
  }
  return { ground, opacity };
}

export const contrastOnGround = (css: string, element: Element): number => {
  const { ground, opacity } = groundOf(element);
  return contrast(over(parseColor(css), ground, opacity), ground);
};

const hasOwnText = (element: Element) =>
  [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim());

/** Elements with words or a value of their own, and the contrast these have. Disabled choices count too: they are read. */
export function textContrasts(frame: Element): { text: string; ratio: number }[] {
  return [...frame.querySelectorAll('*')]
    .filter((element) => !element.closest('.visually-hidden, title, option, defs'))
    .filter((element) => hasOwnText(element) || element.matches('input[type="number"], select'))
    .map((element) => {
      const style = getComputedStyle(element);
      const words = element.textContent?.trim() || (element as HTMLInputElement).value || '';
      return {
        text: words.slice(0, 40),
        ratio: contrastOnGround(element instanceof SVGElement ? style.fill : style.color, element),
      };
    });
}
