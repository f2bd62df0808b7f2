// Puts text on the clipboard where the browser lets a page do so. In a frame without `clipboard-write`, and on an insecure page, it is
// denied: then the caller shows the text selected.
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
