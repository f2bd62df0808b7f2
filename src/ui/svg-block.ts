// Pictures that Svelte has drawn as SVG, taken off the page: a copy in which every style is an attribute, so that it looks the same where
// no style sheet of ours is, as a block for `viz/export/figure.ts`. The light colours come from the theme itself, put on for the moment
// of copying: nothing is painted in between.
import type { Block } from '../viz/export/figure.ts';

/** What the style sheets decide and an SVG attribute can say. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-size',
  'font-weight',
  'font-style',
  'text-anchor',
  'dominant-baseline',
  'paint-order',
] as const;
const GAP = 22;

/** Elements without a look of their own. */
const BARE = new Set(['defs', 'title', 'desc', 'clipPath', 'linearGradient', 'pattern']);

function copyStyles(original: Element, copy: Element): void {
  const style = getComputedStyle(original);
  if (style.display === 'none' || style.visibility === 'hidden') {
    copy.remove();
    return;
  }
  if (!BARE.has(original.tagName))
    for (const name of STYLES) {
      const value = style.getPropertyValue(name);
      if (value !== '' && value !== 'normal' && value !== 'auto') copy.setAttribute(name, value);
    }
  copy.removeAttribute('class');
  copy.removeAttribute('style');
  copy.removeAttribute('tabindex');
  for (const { name } of [...copy.attributes])
    if (name.startsWith('aria-') || name.startsWith('data-') || name === 'role') copy.removeAttribute(name);
  const children = [...copy.children];
  [...original.children].forEach((child, at) => copyStyles(child, children[at]!));
}

function placed(svg: SVGSVGElement, y: number): { markup: string; width: number; height: number } {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copyStyles(svg, copy);
  if (!copy.hasAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${width} ${height}`);
  for (const [name, value] of Object.entries({ x: 0, y, width, height })) copy.setAttribute(name, String(value));
  copy.setAttribute('overflow', 'visible');
  return { markup: new XMLSerializer().serializeToString(copy), width, height };
}

/** The pictures below each other, as they stand on the page. `colors`: the page's own, or light ones for paper. */
export function blockOfSvgs(pictures: readonly SVGSVGElement[], colors: 'page' | 'light'): Block {
  const root = document.documentElement;
  const theme = root.dataset['theme'];
  if (colors === 'light') root.dataset['theme'] = 'light';
  try {
    let [width, height] = [0, 0];
    const parts: string[] = [];
    for (const svg of pictures) {
      const one = placed(svg, height === 0 ? 0 : height + GAP);
      parts.push(one.markup);
      width = Math.max(width, one.width);
      height += (height === 0 ? 0 : GAP) + one.height;
    }
    return { width, height, below: parts.join(''), rasters: [], above: '', definitions: '' };
  } finally {
    if (theme === undefined) delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
  }
}
