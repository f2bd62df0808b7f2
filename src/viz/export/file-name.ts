// File names of exports: what, from where, which layer and head, which language. Letters of every script stay, nothing else does.

export interface FileNameParts {
  /** Preset, signal, the text's first words or the file's name. */
  source: string;
  /** From 0; written from 1, as the page counts. */
  layer: number;
  head: number;
  language: string;
  extension: string;
}

const LONGEST_SOURCE = 32;

/** Words joined by hyphens: safe on every file system, and no hidden or reserved name. */
export function fileNamePart(text: string): string {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  let name = '';
  for (const word of words) {
    const longer = name === '' ? word : `${name}-${word}`;
    if ([...longer].length > LONGEST_SOURCE) break;
    name = longer;
  }
  return name || [...(words[0] ?? '')].slice(0, LONGEST_SOURCE).join('') || 'attention';
}

/** `attention-lab_local_L1H3_en.csv` */
export function exportFileName({ source, layer, head, language, extension }: FileNameParts): string {
  return `attention-lab_${fileNamePart(source)}_L${layer + 1}H${head + 1}_${language}.${extension}`;
}
