// Serves folders and tensors on this machine with the headers that shared memory and the fine clock need. Not the product's
// server: that one serves dist/ with its policies.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

export interface BenchServer {
  origin: string;
  close(): void;
}

/**
 * @param folders address prefix to folder, tried in order
 * @param tensors address to numbers, sent as bytes; may change while serving
 */
export async function serveFolders(
  folders: readonly (readonly [prefix: string, folder: string])[],
  tensors: ReadonlyMap<string, Float32Array | Float64Array | Uint32Array> = new Map(),
): Promise<BenchServer> {
  const server = createServer((request, response) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    response.setHeader('Cache-Control', 'no-store');
    const { pathname } = new URL(request.url ?? '/', 'http://bench');
    const path = decodeURIComponent(pathname);
    const tensor = tensors.get(path);
    if (tensor) {
      response.setHeader('Content-Type', 'application/octet-stream');
      response.end(Buffer.from(tensor.buffer, tensor.byteOffset, tensor.byteLength));
      return;
    }
    for (const [prefix, folder] of folders) {
      if (!path.startsWith(prefix)) continue;
      const file = join(folder, normalize(`/${path.slice(prefix.length)}`));
      if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
      response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
      createReadStream(file).pipe(response);
      return;
    }
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
