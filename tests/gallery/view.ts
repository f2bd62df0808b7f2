// What a view of the gallery is: one component in one state, with what a reader must find in it. The dev page lists views, the tests
// mount them. Not a component, not a test.
import { mount, unmount, type Component } from 'svelte';

/** Something assistive technology must find: a role, its accessible name (a part of it is enough), and how often. */
export interface Shown {
  role: string;
  name: string;
  /** Default 1. */
  count?: number;
}

/** One texel of the view's first canvas. */
export interface Probe {
  row: number;
  column: number;
  /** Red, green, blue, or nothing painted there. */
  color: readonly [number, number, number] | 'transparent';
}

export interface ViewOptions {
  shows?: readonly Shown[];
  /** Texts that stand in the view, hidden from assistive technology or not. */
  texts?: readonly string[];
  probes?: readonly Probe[];
  /** What the component stands in: a block as wide as the page gives, a square picture, an svg, or what lies over a whole window. */
  frame?: 'block' | 'plot' | 'svg' | 'window';
  /** Where the view belongs to one ground only. */
  theme?: 'light' | 'dark';
  /** What a person did before the view looks like this. */
  act?: (target: Element) => void;
}

export interface View extends Required<Omit<ViewOptions, 'theme' | 'act'>> {
  name: string;
  theme: 'light' | 'dark' | 'any';
  /** The component itself: the tests look for components without a view. */
  component: unknown;
  /** Draws it into a frame made by `frameFor`; the result takes it away. */
  mount: (target: Element) => () => void;
}

/** Names a component's state. Props are checked against the component. */
export function view<Props extends object>(
  name: string,
  component: Component<Props>,
  props: NoInfer<Props>,
  { shows = [], texts = [], probes = [], frame = 'block', theme, act }: ViewOptions = {},
): View {
  const draw = (target: Element) => {
    const drawn = mount(component as Component<object>, { target, props });
    act?.(target);
    return () => void unmount(drawn);
  };
  return { name, component, shows, texts, probes, frame, theme: theme ?? 'any', mount: draw };
}

const SVG = 'http://www.w3.org/2000/svg';

/** Puts the surroundings a view needs into `block` and returns the element to mount it in. */
export function frameFor({ frame }: View, block: HTMLElement): Element {
  if (frame === 'block') return block;
  if (frame === 'plot') {
    const plot = document.createElement('div');
    plot.style.cssText = 'position:relative;height:160px;max-width:160px;margin:4px;background:var(--sunken)';
    return block.appendChild(plot);
  }
  if (frame === 'window') {
    const over = document.createElement('div');
    // Holds what has a fixed position, as a window does.
    over.style.cssText = 'contain:layout;height:160px';
    return block.appendChild(over);
  }
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('width', '32');
  svg.setAttribute('height', '16');
  return block.appendChild(svg);
}
