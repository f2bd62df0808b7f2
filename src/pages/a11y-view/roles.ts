// Which role an element has. `dom-accessibility-api` maps explicit roles and most elements; here stands what depends on an element's
// surroundings (HTML-AAM 1.0, W3C) or what the library maps only for computing names.
import { getRole } from 'dom-accessibility-api';

const SECTIONS = 'article, aside, main, nav, section';
/** Without a name they are no landmarks. */
const isNamed = (element: Element) => element.matches('[aria-label], [aria-labelledby], [title]');

function roleOfHeaderCell(cell: Element): string {
  const scope = cell.getAttribute('scope');
  if (scope === 'row' || scope === 'rowgroup') return 'rowheader';
  if (scope === null && !cell.closest('thead') && cell.parentElement?.firstElementChild === cell) return 'rowheader';
  return 'columnheader';
}

const cellRole = (cell: Element) => (cell.closest('table')?.getAttribute('role') === 'grid' ? 'gridcell' : 'cell');

const BY_ELEMENT: Record<string, (element: Element) => string | null> = {
  header: (element) => (element.parentElement?.closest(SECTIONS) ? null : 'banner'),
  footer: (element) => (element.parentElement?.closest(SECTIONS) ? null : 'contentinfo'),
  section: (element) => (isNamed(element) ? 'region' : null),
  form: (element) => (isNamed(element) ? 'form' : null),
  details: (element) => (isNamed(element) ? 'group' : null),
  // Browsers call it a disclosure triangle; screen readers say “collapsed” or “expanded”.
  summary: () => 'disclosure',
  th: roleOfHeaderCell,
  td: cellRole,
  input: (element) => ((element as HTMLInputElement).type === 'file' ? 'button' : getRole(element)),
  iframe: () => 'iframe',
  // Rows follow each other whichever part of the table they stand in; the name of a set comes with the set.
  tbody: () => null,
  thead: () => null,
  tfoot: () => null,
  legend: () => null,
  html: () => null,
};

/** Null: the element says nothing itself, only what is in it does. */
export function roleOf(element: Element): string | null {
  const own = BY_ELEMENT[element.localName];
  const role = own && !element.hasAttribute('role') ? own(element) : getRole(element);
  return role === 'none' || role === 'presentation' || role === 'generic' || role === 'rowgroup' ? null : role;
}
