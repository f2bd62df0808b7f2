// What a file carries packed, raw deflate as base64, so that the file stays small. Called by the single file that holds everything.

function inflated(deflated: string): Response {
  const bytes = Uint8Array.from(atob(deflated), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')));
}

/** Rejects, as the next does, where a browser cannot inflate. */
export const inflateText = async (deflated: string): Promise<string> => inflated(deflated).text();

export const inflateBytes = async (deflated: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await inflated(deflated).arrayBuffer());
