// What live regions say when they change, as ARIA 1.2 describes it: an atomic region is said whole, another one only where it changed, and an
// alert also when it appears.
import { isExposed } from './read-outline.ts';
import { politenessOf } from './states.ts';

export interface Announcement {
  words: string;
  politeness: 'polite' | 'assertive';
}

const LIVE = '[aria-live], [role="status"], [role="alert"], [role="log"], output';
const ATOMIC_ROLES = ['status', 'alert'];

const elementOf = (node: Node): Element | null =>
  node.nodeType === Node.ELEMENT_NODE ? (node as Element) : node.parentElement;

function isAtomic(region: Element): boolean {
  const asked = region.getAttribute('aria-atomic');
  if (asked !== null) return asked === 'true';
  return ATOMIC_ROLES.includes(region.getAttribute('role') ?? (region.localName === 'output' ? 'status' : ''));
}

/** The words under a node that are not hidden, blocks with a space between. */
function wordsIn(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? '';
  if (node.nodeType !== Node.ELEMENT_NODE || !isExposed(node as Element)) return '';
  return [...node.childNodes].map((child) => (child.nodeType === Node.TEXT_NODE ? wordsIn(child) : ` ${wordsIn(child)} `)).join(''); // prettier-ignore
}

/** A hidden region says nothing, nor does one in a hidden part. */
function isHeard(region: Element): boolean {
  for (let at: Element | null = region; at; at = at.parentElement)
    if (at.getAttribute('aria-hidden') === 'true' || (at as HTMLElement).inert) return false;
  return isExposed(region);
}

/** The nodes that a change brought or rewrote, still in the page. */
const changedNodes = ({ type, target, addedNodes }: MutationRecord): Node[] =>
  (type === 'characterData' ? [target] : type === 'childList' ? [...addedNodes] : []).filter(
    (node) => node.isConnected,
  );

/** In the order in which the regions changed, each at most once. */
export function announcementsOf(records: readonly MutationRecord[]): Announcement[] {
  const changed = new Map<Element, Set<Node>>();
  const note = (region: Element, nodes: readonly Node[]) => {
    const known = changed.get(region) ?? new Set<Node>();
    for (const node of nodes) known.add(node);
    changed.set(region, known);
  };
  for (const record of records) {
    if (record.type === 'attributes') continue;
    const nodes = changedNodes(record);
    const region = elementOf(record.target)?.closest(LIVE);
    if (region?.isConnected) note(region, nodes);
    for (const node of nodes) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      const element = node as Element;
      for (const alert of [element, ...element.querySelectorAll('[role="alert"]')])
        if (alert.matches('[role="alert"]')) note(alert, [...alert.childNodes]);
    }
  }
  return [...changed].flatMap(([region, nodes]) => {
    const politeness = politenessOf(region);
    if (politeness === null || !isHeard(region)) return [];
    const said = isAtomic(region) ? wordsIn(region) : [...nodes].map(wordsIn).join(' ');
    const words = said.replace(/\s+/g, ' ').trim();
    return words === '' ? [] : [{ words, politeness }];
  });
}
