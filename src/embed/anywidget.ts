// The lab as a notebook widget (anywidget's front-end module, AFM): Jupyter, marimo and MyST run this one file. It shows the element and
// keeps the model's traits and the frame the same, both ways. Traits: every parameter, `src`, `height`, `state`, `selection`; a trait
// that the model does not have is passed over. `src` is needed where the module does not come from its own address.
import type { AnyModel } from '@anywidget/types';
import type { CellReport, EventPayloads, FrameState } from '../contract/frame-protocol.ts';
import { PARAMETER_NAMES, writeAttribute } from './element/attribute-values.ts';
import type { AttentionLabElement } from './element/attention-lab-element.ts';
import './element/attention-lab-element.ts';

type Traits = Record<string, unknown>;

export interface WidgetProps {
  model: AnyModel<Traits>;
  el: HTMLElement;
}

/** A variable: bundlers take `new URL(…, import.meta.url)` for a file of theirs. */
const HERE: string = import.meta.url;
const NO_SRC =
  'Attention Lab: set the trait “src” to the address of the frame, such as https://HOST/embed/. ' +
  'This module does not come from an address of its own and cannot know it.';

const isSame = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

function setAttribute(element: HTMLElement, name: string, value: unknown): void {
  if (value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, writeAttribute(typeof value === 'boolean' ? Number(value) : value));
}

/** Shows the lab in `el`; the returned function takes it away. */
function render({ model, el }: WidgetProps): () => void {
  // Another copy of the element may have been defined by the page; it speaks the same protocol.
  const element = document.createElement('attention-lab') as AttentionLabElement;
  const endings: (() => void)[] = [];
  const isTrait = (name: string) => model.get(name) !== undefined;
  /** What the frame said last: such a value of the model is not news to the frame. */
  const told = new Map<string, unknown>();
  const onNews = (name: string, act: (value: unknown) => void) => {
    if (!isTrait(name)) return;
    const listener = () => {
      const value = model.get(name);
      if (!told.has(name) || !isSame(told.get(name), value)) act(value);
    };
    model.on(`change:${name}`, listener);
    endings.push(() => model.off(`change:${name}`, listener));
  };
  const tell = (traits: Traits) => {
    const known = Object.entries(traits).filter(([name]) => isTrait(name));
    for (const [name, value] of known) told.set(name, value);
    const news = known.filter(([name, value]) => !isSame(model.get(name), value));
    for (const [name, value] of news) model.set(name, value);
    if (news.length > 0) model.save_changes();
  };
  const quietly = (answer: Promise<unknown>) => void answer.catch(() => {}); // the element has told it as an event

  for (const name of PARAMETER_NAMES) {
    setAttribute(element, name, model.get(name));
    onNews(name, (value) => {
      told.delete(name);
      quietly(element.setParams({ [name]: value }));
    });
  }
  setAttribute(element, 'height', model.get('height'));
  onNews('height', (value) => setAttribute(element, 'height', value));

  const show = () => {
    // From where this module came, not where a copy defined earlier did.
    const src = model.get('src') || (/^https?:/.test(HERE) ? new URL('../embed/', HERE).href : null);
    setAttribute(element, 'src', src);
    if (src) el.replaceChildren(element);
    else el.textContent = NO_SRC;
  };
  onNews('src', show);

  const restore = (state: unknown) => {
    if (typeof state !== 'object' || state === null || !('v' in state)) return;
    told.delete('state');
    quietly(element.setState(state as FrameState));
  };
  const saved = model.get('state');
  onNews('state', restore);
  onNews('selection', (value) => {
    const cell = value as CellReport | null;
    told.delete('selection');
    quietly(element.select(cell?.query, cell?.key));
  });
  element.addEventListener('attentionlab-state', (event) => {
    const { state, params } = (event as CustomEvent<EventPayloads['state']>).detail;
    tell({ ...params, state });
  });
  element.addEventListener('attentionlab-selection', (event) => {
    tell({ selection: (event as CustomEvent<CellReport | null>).detail });
  });

  show();
  restore(saved);
  return () => {
    for (const end of endings) end();
    element.remove();
  };
}

export default { render };
