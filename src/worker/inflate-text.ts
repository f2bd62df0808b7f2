// Text that a file carries packed, so that the file stays small. Called by the single file that holds everything.

/** Raw deflate as base64, back to text. Rejects where a browser cannot inflate. */
export function inflateText(deflated: string): Promise<string> {
  const bytes = Uint8Array.from(atob(deflated), (character) => character.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(inflated).text();
}
