// Writes the service worker of a built site with workbox: what the page opens with is kept at once, the encoder's weights when they are
// first used. Each build's files are kept under their content's hash and only used together; a new build waits until the reader agrees
// (`pages/updates.ts`). A step of the build, after all of the site is there.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generateSW } from 'workbox-build';
import { ROOT } from './run-command.mjs';

/** @param {string} folder the built site */
export async function writeServiceWorker(folder) {
  const { count, size, warnings } = await generateSW({
    globDirectory: folder,
    // Neither the library, which is for other pages, nor the offline files, which are for other disks.
    globPatterns: ['index.html', 'embed/index.html', 'assets/*.{js,css}', 'opening.json', 'example.safetensors'],
    dontCacheBustURLsMatching: /\/?assets\//,
    swDest: join(folder, 'sw.js'),
    inlineWorkboxRuntime: true,
    sourcemap: false,
    // The address's parameters are the page's own business: every one gets the same page.
    ignoreURLParametersMatching: [/^/],
    // A page that is open when the first service worker comes is served by it from then on, so that the weights can be kept.
    clientsClaim: true,
    skipWaiting: false,
    cleanupOutdatedCaches: true,
    runtimeCaching: [
      {
        // Their address carries their hash (vite.config.ts), so a kept file is the right one; an older one makes way.
        urlPattern: /\/weights\/[^?]+\?v=\w+$/,
        handler: 'CacheFirst',
        options: { cacheName: 'attention-lab-weights', expiration: { maxEntries: 1 } },
      },
    ],
  });
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  return { count, size };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { count, size } = await writeServiceWorker(join(ROOT, 'dist'));
  console.log(`Wrote dist/sw.js (keeps ${count} files, ${(size / 1e6).toFixed(2)} MB)`);
}
