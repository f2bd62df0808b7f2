// How wide words will be, without a browser to ask, and where lines break. Estimates lean to the wide side: system fonts differ.

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff60\p{Extended_Pictographic}]/u;
const NARROW = /[iljtfrI1.,:;'’|()[\]!·\s-]/;
const MARK = /[\p{M}\p{Cf}]/u;

/** Pixels of a line at a font size. */
export function textWidth(words: string, fontPx: number): number {
  let em = 0;
  for (const letter of words) {
    if (MARK.test(letter)) continue;
    em += WIDE.test(letter) ? 1 : NARROW.test(letter) ? 0.38 : /[\p{Lu}MWmw@%—…&#?=_+~]/u.test(letter) ? 0.8 : 0.63;
  }
  return em * fontPx;
}

/** Where a line may end: after a space that may be broken, and around Chinese characters, whose punctuation stays with them. */
const PIECES =
  /[“‘（《「]*[\p{Script=Han}][，。；：、！？”’）》」…]*[^\S\u00a0]*|(?:[^\s\p{Script=Han}“‘（《「]|\u00a0)+[^\S\u00a0]*|[^\S\u00a0]+|[“‘（《「]/gu;

/** Lines no wider than `widthPx`; a word that is wider alone, as a long address, is cut. */
export function wrapText(words: string, fontPx: number, widthPx: number): string[] {
  const lines: string[] = [];
  let line = '';
  const fits = (text: string) => textWidth(text.trimEnd(), fontPx) <= widthPx;
  for (const piece of words.match(PIECES) ?? []) {
    if (fits(line + piece)) {
      line += piece;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    line = '';
    // An address breaks between its parts; a part that is wider alone, anywhere.
    const parts = piece.match(/[^/?&#+]*[/?&#+]|[^/?&#+]+/g) ?? [];
    for (const part of parts.flatMap((one) => (fits(one) ? [one] : [...one]))) {
      if (line !== '' && !fits(line + part)) {
        lines.push(line);
        line = '';
      }
      line += part;
    }
  }
  return line.trim() === '' ? lines : [...lines, line.trimEnd()];
}

/** Cut at the end with an ellipsis where it is too wide. */
export function fitText(words: string, fontPx: number, widthPx: number): string {
  if (textWidth(words, fontPx) <= widthPx) return words;
  let kept = '';
  for (const letter of words) {
    if (textWidth(`${kept}${letter}…`, fontPx) > widthPx) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}
