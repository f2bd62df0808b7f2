// What a person would see go wrong in a drawn view: things that leave their box, and words cut off without a sign. Measures only.

/** Cut to nothing, as the page hides words that are for screen readers only. */
function isClipped(element: Element): boolean {
  for (let at: Element | null = element; at; at = at.parentElement)
    if (getComputedStyle(at).clipPath === 'inset(50%)') return true;
  return false;
}
const isVisuallyHidden = (element: Element) => element.closest('defs, clipPath, title') !== null || isClipped(element);
const nameOf = (element: Element) =>
  `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${element.textContent?.trim().slice(0, 40)}`;

/** The nearest ancestor inside `frame` that clips or scrolls, or the frame itself. */
function clipOf(element: Element, frame: Element): Element {
  for (let at = element.parentElement; at && at !== frame; at = at.parentElement)
    if (getComputedStyle(at).overflowX !== 'visible') return at;
  return frame;
}

/** Elements that reach more than half a pixel beyond the frame's sides, and are not clipped on the way. */
export function leavingBox(frame: Element): string[] {
  const bounds = frame.getBoundingClientRect();
  return [...frame.querySelectorAll('*')]
    .filter((element) => {
      if (isVisuallyHidden(element) || clipOf(element, frame) !== frame) return false;
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (left < bounds.left - 0.5 || right > bounds.right + 0.5);
    })
    .map(nameOf);
}

/** Words whose ends are hidden by what neither scrolls nor ends them with an ellipsis; numbers must be whole. */
export function cutWords(frame: Element): string[] {
  const texts = [...frame.querySelectorAll('*')].filter(
    (element) =>
      !isVisuallyHidden(element) &&
      [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim()),
  );
  return texts
    .filter((element) => {
      const own = getComputedStyle(element);
      const clip = own.overflowX === 'visible' ? clipOf(element, frame) : element;
      const isNumber = /^[\s\d.,%×−⁰¹²³⁴⁵⁶⁷⁸⁹⁻-]+$/.test(element.textContent ?? '');
      if (!isNumber && (own.textOverflow === 'ellipsis' || getComputedStyle(clip).textOverflow === 'ellipsis'))
        return false;
      if (['auto', 'scroll'].includes(getComputedStyle(clip).overflowX)) return false;
      const range = document.createRange();
      range.selectNodeContents(element);
      const text = range.getBoundingClientRect();
      const bounds = clip.getBoundingClientRect();
      return text.width > 0 && (text.left < bounds.left - 0.5 || text.right > bounds.right + 0.5);
    })
    .map(nameOf);
}
