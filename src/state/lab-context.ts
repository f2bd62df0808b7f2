// What every part of the page may need: the bound catalogue, the locale and the theme's ground; and the settings, to know what is
// hidden or locked. Typed get/set around a context key.
import { createContext } from 'svelte';
import type { Bound, Locale, Text } from '../i18n/text.ts';
import type { Announcer } from './announcer.svelte.ts';
import type { FileOpening } from './file-opening.svelte.ts';
import type { Recordings } from '../params/recordings.ts';
import type { Settings } from './settings.svelte.ts';

export interface PageLanguage {
  readonly locale: Locale;
  readonly text: Text;
  /** A lab's own catalogue in the page's language. Reactive: derive from it. */
  bind<Catalogue extends object>(catalogue: Catalogue): Bound<Catalogue>;
  /** The resolved theme has a dark ground. */
  readonly isDark: boolean;
}

export const [getLanguage, setLanguage] = createContext<PageLanguage>();
export const [getSettings, setSettings] = createContext<Settings>();
export const [getFileOpening, setFileOpening] = createContext<FileOpening>();
export const [getAnnouncer, setAnnouncer] = createContext<Announcer>();
/** Null where there is an encoder for any text. */
export const [getRecordings, setRecordings] = createContext<Recordings | null>();
