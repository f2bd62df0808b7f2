// Hands a text to the browser's downloads. Called by the benchmark panel.

/** Saves `text` under `name`; the browser may ask where. */
export function saveFile(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download reads the blob after the click returns.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
