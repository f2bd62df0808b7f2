// What an element says besides its role and name: its value and its states, from ARIA attributes and from what the browser itself keeps.

export type StateKey =
  | 'focused'
  | 'disabled'
  | 'readonly'
  | 'required'
  | 'invalid'
  | 'checked'
  | 'unchecked'
  | 'mixed'
  | 'pressed'
  | 'unpressed'
  | 'selected'
  | 'expanded'
  | 'collapsed'
  | 'current'
  | 'modal'
  | 'range'
  | 'options'
  | 'level'
  | 'dialog'
  | 'rows'
  | 'row'
  | 'column'
  | 'ascending'
  | 'descending'
  | 'polite'
  | 'assertive';

export interface State {
  key: StateKey;
  /** What a message needs besides: the level, the number of rows, the least and the largest value. */
  inputs?: Record<string, string>;
}

const isInput = (element: Element): element is HTMLInputElement => element.localName === 'input';
const isSelect = (element: Element): element is HTMLSelectElement => element.localName === 'select';

/** What is set in it, as it is spoken; '' for what has no value. */
export function valueOf(element: Element, role: string): string {
  const spoken = element.getAttribute('aria-valuetext') ?? element.getAttribute('aria-valuenow');
  switch (role) {
    case 'slider':
    case 'spinbutton':
    case 'progressbar':
    case 'meter':
      return spoken ?? String((element as Partial<HTMLInputElement>).value ?? '');
    case 'textbox':
    case 'searchbox':
    case 'combobox':
      if (isSelect(element)) return [...element.selectedOptions].map((option) => option.text.trim()).join(', ');
      return (element as Partial<HTMLInputElement>).value ?? '';
    default:
      return '';
  }
}

/** `aria-…` as yes, no or mixed; null where it is not set. */
function toggled(element: Element, name: string): 'true' | 'false' | 'mixed' | null {
  const value = element.getAttribute(name);
  return value === 'true' || value === 'false' || value === 'mixed' ? value : null;
}

function checkedState(element: Element, role: string): State[] {
  if (!['checkbox', 'radio', 'switch', 'menuitemcheckbox', 'menuitemradio'].includes(role)) return [];
  const native = isInput(element) ? (element.indeterminate ? 'mixed' : String(element.checked)) : null;
  const value = native ?? toggled(element, 'aria-checked') ?? 'false';
  return [{ key: value === 'mixed' ? 'mixed' : value === 'true' ? 'checked' : 'unchecked' }];
}

function expandedState(element: Element): State[] {
  const details = element.localName === 'summary' ? element.closest('details') : null;
  const value = details ? String(details.open) : toggled(element, 'aria-expanded');
  return value === null ? [] : [{ key: value === 'true' ? 'expanded' : 'collapsed' }];
}

function rangeState(element: Element, role: string): State[] {
  if (role !== 'slider' && role !== 'spinbutton') return [];
  const least = element.getAttribute('aria-valuemin') ?? element.getAttribute('min');
  const most = element.getAttribute('aria-valuemax') ?? element.getAttribute('max');
  return least === null || most === null ? [] : [{ key: 'range', inputs: { least, most } }];
}

function placeStates(element: Element): State[] {
  const number = (name: string) => element.getAttribute(name);
  const states: State[] = [];
  const [rows, columns] = [number('aria-rowcount'), number('aria-colcount')];
  if (rows && columns) states.push({ key: 'rows', inputs: { rows, columns } });
  const row = number('aria-rowindex');
  if (row) states.push({ key: 'row', inputs: { row } });
  const column = number('aria-colindex');
  if (column) states.push({ key: 'column', inputs: { column } });
  return states;
}

function headingLevel(element: Element, role: string): State[] {
  if (role !== 'heading') return [];
  const level = element.getAttribute('aria-level') ?? /^h([1-6])$/.exec(element.localName)?.[1];
  return level ? [{ key: 'level', inputs: { level } }] : [];
}

/** How urgently changes inside it are said; null where they are not. `output`, `status` and `log` are polite, an alert is not. */
export function politenessOf(element: Element): 'polite' | 'assertive' | null {
  const asked = element.getAttribute('aria-live');
  if (asked !== null) return asked === 'polite' || asked === 'assertive' ? asked : null;
  const role = element.getAttribute('role');
  if (role === 'alert') return 'assertive';
  return role === 'status' || role === 'log' || (role === null && element.localName === 'output') ? 'polite' : null;
}

const has = (element: Element, name: string, values = ['true']) => values.includes(element.getAttribute(name) ?? '');

function simpleStates(element: Element): State[] {
  const found: [StateKey, boolean][] = [
    ['disabled', element.matches(':disabled') || has(element, 'aria-disabled')],
    ['readonly', element.matches('input[readonly], textarea[readonly]') || has(element, 'aria-readonly')],
    ['required', element.hasAttribute('required') || has(element, 'aria-required')],
    ['invalid', element.hasAttribute('aria-invalid') && !has(element, 'aria-invalid', ['false', ''])],
    ['pressed', has(element, 'aria-pressed')],
    ['unpressed', has(element, 'aria-pressed', ['false'])],
    ['selected', has(element, 'aria-selected') || (element as Partial<HTMLOptionElement>).selected === true],
    ['current', element.hasAttribute('aria-current') && !has(element, 'aria-current', ['false', ''])],
    ['modal', element.matches('dialog:modal') || has(element, 'aria-modal')],
    ['dialog', has(element, 'aria-haspopup', ['dialog'])],
    ['ascending', has(element, 'aria-sort', ['ascending'])],
    ['descending', has(element, 'aria-sort', ['descending'])],
  ];
  return found.filter(([, isSet]) => isSet).map(([key]) => ({ key }));
}

/** In the order in which they are worth hearing. */
export function statesOf(element: Element, role: string): State[] {
  const live = politenessOf(element);
  const options = isSelect(element) ? [{ key: 'options' as const, inputs: { count: String(element.length) } }] : [];
  return [
    ...headingLevel(element, role),
    ...checkedState(element, role),
    ...expandedState(element),
    ...simpleStates(element),
    ...rangeState(element, role),
    ...options,
    ...placeStates(element),
    ...(live ? [{ key: live }] : []),
  ];
}
