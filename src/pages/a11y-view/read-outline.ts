// Reads from a document what assistive technology gets of it: roles, names, values and states, as an outline. Names are computed as the
// W3C's accname 1.2 says, by `dom-accessibility-api`. It is not the browser's own tree, which pages cannot see; the end-to-end test holds
// the two together. Called by `observed-lab.svelte.ts` whenever the lab has changed.
import { computeAccessibleDescription, computeAccessibleName } from 'dom-accessibility-api';
import { roleOf } from './roles.ts';
import { statesOf, valueOf, type State } from './states.ts';

/** One line of the outline, with the lines below it. */
export interface OutlineItem {
  /** The same as long as the element is there. */
  id: number;
  /** An ARIA role, or `text`, `disclosure`, `iframe`. */
  role: string;
  name: string;
  value: string;
  description: string;
  states: State[];
  /** The language of its words, where it is not that of what is around it. */
  lang: string | null;
  items: OutlineItem[];
  /** How many further rows it has that are not listed. */
  leftOut: number;
}

export interface OutlineOptions {
  /** All rows of every table and list; else the first few and the one with the focus. */
  isWhole: boolean;
}

/** Rows of a table or list that are listed unless all are asked for. */
const FIRST_ROWS = 4;
/** A list up to this length is listed whole. */
const SHORT = 8;

/** What is in them belongs to their name or value (ARIA 1.2, “children presentational”, and form fields). */
const CLOSED =
  'button checkbox combobox iframe img image math meter option progressbar radio scrollbar searchbox separator slider spinbutton switch tab textbox';
const CHILDLESS = new Set(CLOSED.split(' '));
const ROW_PARENTS = new Set(['table', 'grid', 'treegrid', 'list', 'listbox']);

const numbers = new WeakMap<Node, number>();
let lastNumber = 0;
function numberOf(node: Node): number {
  const known = numbers.get(node);
  if (known !== undefined) return known;
  numbers.set(node, ++lastNumber);
  return lastNumber;
}

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Whether assistive technology meets it at all. */
export function isExposed(element: Element): boolean {
  if (element.getAttribute('aria-hidden') === 'true' || (element as HTMLElement).inert) return false;
  if (element.checkVisibility({ visibilityProperty: true })) return true;
  // Without a box of its own, but not hidden.
  return element.ownerDocument.defaultView?.getComputedStyle(element).display === 'contents';
}

function nameOf(element: Element, role: string): string {
  // Of everything in them; their cells say it again.
  if (role === 'row' && !element.matches('[aria-label], [aria-labelledby]')) return '';
  const name = flat(computeAccessibleName(element));
  if (name !== '') return name;
  return role === 'math' || role === 'disclosure' ? flat(element.textContent ?? '') : '';
}

class OutlineReader {
  readonly #options: OutlineOptions;
  readonly #focused: Element | null;

  constructor(options: OutlineOptions, focused: Element | null) {
    this.#options = options;
    this.#focused = focused;
  }

  /** Everything below a node; words that follow each other in one block are one line. */
  itemsIn(parent: Element): OutlineItem[] {
    const items: OutlineItem[] = [];
    let line: OutlineItem | null = null;
    const walk = (node: Node): void => {
      if (node.nodeType === Node.TEXT_NODE) {
        const text = node.nodeValue ?? '';
        if (flat(text) === '') {
          if (line) line.name += ' ';
          return;
        }
        if (!line) items.push((line = textItem(node)));
        line.name += text;
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE || !isExposed(node as Element)) return;
      const element = node as Element;
      const role = roleOf(element);
      if (role !== null) {
        line = null;
        items.push(this.item(element, role));
        return;
      }
      const isInline = isInlineElement(element);
      if (!isInline) line = null;
      for (const child of element.childNodes) walk(child);
      if (!isInline) line = null;
    };
    for (const child of parent.childNodes) walk(child);
    for (const item of items) item.name = flat(item.name);
    return items;
  }

  item(element: Element, role: string): OutlineItem {
    const isFocused = element === this.#focused;
    const name = nameOf(element, role);
    const description = flat(computeAccessibleDescription(element));
    const item: OutlineItem = {
      id: numberOf(element),
      role,
      name,
      value: valueOf(element, role),
      // A tooltip that repeats the name is not said again.
      description: description === name ? '' : description,
      states: [...(isFocused ? [{ key: 'focused' as const }] : []), ...statesOf(element, role)],
      lang: element.getAttribute('lang'),
      items: [],
      leftOut: 0,
    };
    if (CHILDLESS.has(role)) return item;
    if (ROW_PARENTS.has(role)) this.#addRows(item, element);
    else item.items = this.itemsIn(element);
    // Its words are its name already.
    if (item.name !== '' && item.items.every((one) => one.role === 'text') && textOf(item.items) === item.name)
      item.items = [];
    return item;
  }

  #addRows(item: OutlineItem, element: Element): void {
    const rows = [...element.querySelectorAll('tr, li, [role="row"], [role="option"], [role="listitem"]')].filter(
      (row) => row.parentElement?.closest('table, ul, ol, [role="grid"], [role="listbox"], [role="list"]') === element,
    );
    if (this.#options.isWhole || rows.length <= SHORT) {
      item.items = this.itemsIn(element);
      return;
    }
    const caption = element.querySelector(':scope > caption');
    if (caption && isExposed(caption) && item.name === '') item.items = this.itemsIn(caption);
    const listed = rows.filter((row, at) => at < FIRST_ROWS || (this.#focused && row.contains(this.#focused)));
    for (const row of listed) {
      const role = isExposed(row) ? roleOf(row) : null;
      if (role !== null) item.items.push(this.item(row, role));
    }
    item.leftOut = rows.length - listed.length;
  }
}

const textOf = (items: readonly OutlineItem[]) => flat(items.map(({ name }) => name).join(' '));

const textItem = (node: Node): OutlineItem => ({
  id: numberOf(node),
  role: 'text',
  name: '',
  value: '',
  description: '',
  states: [],
  lang: null,
  items: [],
  leftOut: 0,
});

function isInlineElement(element: Element): boolean {
  const display = element.ownerDocument.defaultView?.getComputedStyle(element).display ?? 'inline';
  return display.startsWith('inline') || display === 'contents';
}

/** What has the focus, for a reader: the option or cell that a list box or grid points to, if it does so. Null for the page itself. */
export function focusedElement(page: Document): Element | null {
  const { activeElement, body } = page;
  if (!activeElement || activeElement === body) return null;
  const pointed = activeElement.getAttribute('aria-activedescendant');
  return (pointed ? page.getElementById(pointed) : null) ?? activeElement;
}

/** The outline of a whole page. Behind a modal dialog nothing else is there. */
export function readOutline(page: Document, options: OutlineOptions): OutlineItem[] {
  const reader = new OutlineReader(options, focusedElement(page));
  const dialog = [...page.querySelectorAll('dialog:modal')].at(-1);
  return dialog ? [reader.item(dialog, 'dialog')] : page.body ? reader.itemsIn(page.body) : [];
}

/** One element's line, without what is below it. */
export function readLine(element: Element): OutlineItem {
  const role = roleOf(element) ?? 'text';
  const item = new OutlineReader({ isWhole: false }, null).item(element, role);
  return { ...item, items: [], leftOut: 0 };
}
