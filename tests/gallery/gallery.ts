// The gallery's page: every view at a chosen theme and width. `npm run dev -- --mode gallery` serves it; the address keeps the choice
// (`?theme=dark&width=320`), and `#` with a part of a view's name shows only what it names.
import '../../src/ui/theme.css';
import { frameFor } from './view.ts';
import { VIEWS } from './views.ts';

const CHOICES = { theme: ['light', 'dark', 'contrast'], width: ['320', '480', '760'] } as const;
type Choice = keyof typeof CHOICES;

const address = new URLSearchParams(location.search);
const chosen = (choice: Choice) => address.get(choice) ?? CHOICES[choice][0];

function link(choice: Choice, option: string): HTMLElement {
  const wanted = new URLSearchParams(address);
  wanted.set(choice, option);
  const anchor = document.createElement('a');
  anchor.href = `?${wanted}${location.hash}`;
  anchor.textContent = option;
  if (chosen(choice) === option) anchor.setAttribute('aria-current', 'page');
  return anchor;
}

function showViews(): void {
  const main = document.querySelector('main')!;
  const part = decodeURIComponent(location.hash.slice(1)).toLowerCase();
  for (const view of VIEWS) {
    if (view.theme !== 'any' && view.theme !== chosen('theme')) continue;
    if (!view.name.toLowerCase().includes(part)) continue;
    const section = document.createElement('section');
    section.style.width = `${chosen('width')}px`;
    const heading = section.appendChild(document.createElement('h2'));
    heading.textContent = view.name;
    main.append(section);
    view.mount(frameFor(view, section.appendChild(document.createElement('div'))));
  }
}

document.documentElement.dataset['theme'] = chosen('theme');
const header = document.querySelector('#choices')!;
for (const choice of Object.keys(CHOICES) as Choice[]) {
  header.append(choice);
  for (const option of CHOICES[choice]) header.append(link(choice, option));
}
addEventListener('hashchange', () => location.reload());
showViews();
