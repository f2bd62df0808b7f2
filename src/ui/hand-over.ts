// Gives a file to the reader: as a download, through the clipboard, or, where a frame or browser allows neither, as something on the page
// to take by hand. A blocked download makes no sound, so what cannot be known is never called a success. Called by export panels.

/** Hands a file to the browser's downloads; the browser may ask where, and a sandboxed frame may do nothing. */
export function saveFile(name: string, file: Blob): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download reads the blob after the click returns.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Whether a download can be trusted to arrive: `blocked` in an opaque frame, `unsure` in any other frame. */
export function downloadOutlook(): 'open' | 'unsure' | 'blocked' {
  if (self.origin === 'null') return 'blocked';
  return self === self.parent ? 'open' : 'unsure';
}

export type Copied = 'copied' | 'denied' | 'unsupported';

/** The way before the clipboard interface: needs a gesture, but no permission of the frame. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  const before = document.activeElement;
  field.value = text;
  field.readOnly = true;
  field.className = 'visually-hidden';
  document.body.append(field);
  try {
    field.select();
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}

/** Puts text on the clipboard while the gesture lasts. */
export async function copyText(file: Promise<Blob>): Promise<Copied> {
  try {
    // The promise goes in unresolved: Safari counts the gesture from here.
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': file.then(plainText) })]);
    return 'copied';
  } catch {
    const text = await (await file).text();
    try {
      await navigator.clipboard.writeText(text);
      return 'copied';
    } catch {
      return copyBySelection(text) ? 'copied' : 'denied';
    }
  }
}

/** Clipboards take bare `text/plain` only. */
const plainText = async (file: Blob) => new Blob([await file.text()], { type: 'text/plain' });

/** Puts a PNG on the clipboard. Rejects only when the picture itself could not be made. */
export async function copyPicture(picture: Promise<Blob>): Promise<Copied> {
  if (typeof ClipboardItem === 'undefined' || !navigator.clipboard?.write) {
    await picture;
    return 'unsupported';
  }
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
    return 'copied';
  } catch {
    await picture;
    return 'denied';
  }
}
