// Keeps the keyboard's place. When the focused control goes away or is switched off by its own press (Dismiss, Unpin, Fit, Measure), the
// browser drops the focus on the body and the next Tab starts from the top. This puts it on the nearest control left in the same part; when
// a whole tab panel is hidden (an opened file shows another lab), on the tab that is shown now.
// An attachment for the element that holds the page.

const FOCUSABLE =
  'button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, a[href], [tabindex="0"]';
/** Frames to wait for what a press changes at once, and a pause for what it changes soon after. */
const SOON_MS = [0, 60, 400];

const isSeen = (element: Element) => element.getClientRects().length > 0;
const isOff = (element: Element) => !element.isConnected || element.matches(':disabled') || !isSeen(element);

/** The nearest control to where the lost one was: in the closest ancestor that still has one; behind it, else before it. */
function heir(lost: HTMLElement, line: readonly Element[]): HTMLElement | null {
  for (const ancestor of line) {
    if (!ancestor.isConnected) continue;
    const left = [...ancestor.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(isSeen);
    if (left.length === 0) continue;
    if (!lost.isConnected) return left[0]!;
    const isBehind = (one: Element) => lost.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    return left.find(isBehind) ?? left.at(-1)!;
  }
  return null;
}

export function keepFocus(root: HTMLElement): () => void {
  let last: { element: HTMLElement; line: Element[] } | null = null;
  let timers: ReturnType<typeof setTimeout>[] = [];

  function remember(event: FocusEvent): void {
    const element = event.target as HTMLElement;
    const line: Element[] = [];
    for (let at = element.parentElement; at && root.contains(at); at = at.parentElement) line.push(at);
    last = { element, line };
  }
  function check(): void {
    const { activeElement, body } = document;
    if (!last || !document.hasFocus() || (activeElement !== null && activeElement !== body) || !isOff(last.element))
      return;
    const hidden = last.line.find((ancestor) => ancestor.matches('[role="tabpanel"][hidden]'));
    const shown = hidden && root.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]');
    (shown ?? heir(last.element, last.line))?.focus({ preventScroll: true });
  }
  function watch(): void {
    timers.forEach(clearTimeout);
    timers = SOON_MS.map((ms) => setTimeout(check, ms));
  }
  root.addEventListener('focusin', remember);
  root.addEventListener('keydown', watch);
  root.addEventListener('click', watch);
  const panels = new MutationObserver(watch);
  panels.observe(root, { subtree: true, attributeFilter: ['hidden'] });
  return () => {
    timers.forEach(clearTimeout);
    root.removeEventListener('focusin', remember);
    root.removeEventListener('keydown', watch);
    root.removeEventListener('click', watch);
    panels.disconnect();
  };
}
