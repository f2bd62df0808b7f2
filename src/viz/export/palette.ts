// The page's colours for drawings that leave the page and take no style sheet along. A unit test holds them to `ui/theme.css`.

export interface Palette {
  page: string;
  surface: string;
  sunken: string;
  rule: string;
  ruleStrong: string;
  ink: string;
  muted: string;
  full: string;
  windowed: string;
  recurrent: string;
  convolution: string;
  hatch: string;
}
export type PaletteName = 'light' | 'dark' | 'contrast';

export const PALETTES: Record<PaletteName, Palette> = {
  light: {
    page: '#fbfbfa',
    surface: '#ffffff',
    sunken: '#f1f1ef',
    rule: '#dcdcd8',
    ruleStrong: '#8a8a85',
    ink: '#1c1d1f',
    muted: '#5c5e62',
    full: '#0072b2',
    windowed: '#b54e00',
    recurrent: '#00694b',
    convolution: '#9c3f74',
    hatch: '#b9b9b4',
  },
  dark: {
    page: '#131416',
    surface: '#1a1b1e',
    sunken: '#222428',
    rule: '#34363b',
    ruleStrong: '#777a82',
    ink: '#ececea',
    muted: '#a7a9ae',
    full: '#56b4e9',
    windowed: '#f0953f',
    recurrent: '#4cc79b',
    convolution: '#dd9bc2',
    hatch: '#4b4d53',
  },
  contrast: {
    page: '#ffffff',
    surface: '#ffffff',
    sunken: '#ffffff',
    rule: '#000000',
    ruleStrong: '#000000',
    ink: '#000000',
    muted: '#1f1f1f',
    full: '#00507e',
    windowed: '#8a3b00',
    recurrent: '#004d37',
    convolution: '#7a1f55',
    hatch: '#444444',
  },
};
