// The service worker, seen from the page: it makes the site work without a network, and a new version of the site waits in it until the
// reader agrees. Where there is none to be had (no secure context, a frame of another site, storage denied) nothing happens, silently.
import type { Workbox } from 'workbox-window';

/** Not while the first pictures are made: keeping files costs time, too. */
const START_DELAY_MS = 4_000;
/** An open page asks this often whether there is a new version, when it is looked at. */
const ASK_AGAIN_MS = 3_600_000;

/** A frame of another site would get a service worker of its own for each site that embeds it. */
function isForeignFrame(): boolean {
  try {
    return window.top !== window && window.top?.location.origin !== window.location.origin;
  } catch {
    return true;
  }
}

export interface Updates {
  /** Keeps a file that was fetched before the service worker was there. */
  keep(url: string): void;
}

const NOTHING: Updates = { keep() {} };

/** `siteUrl` ends with a slash. `onready` hears of a new version; what it gets reloads the page into it. */
export function watchUpdates(siteUrl: string, onready: (reload: () => void) => void): Updates {
  try {
    const isPossible = window.isSecureContext && location.protocol !== 'file:' && !isForeignFrame();
    if (import.meta.env.DEV || !isPossible || !navigator.serviceWorker) return NOTHING;
  } catch {
    return NOTHING;
  }
  const controlled = new Promise<void>((resolve) => {
    if (navigator.serviceWorker.controller) resolve();
    else navigator.serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
  setTimeout(() => void start(siteUrl, onready).catch(() => {}), START_DELAY_MS);
  return {
    keep(url) {
      // Through the service worker, which keeps it; the browser has it already, so nothing is sent twice.
      void controlled
        .then(async () => {
          if (!(await caches.match(url))) await (await fetch(url)).body?.cancel();
        })
        .catch(() => {});
    },
  };
}

async function start(siteUrl: string, onready: (reload: () => void) => void): Promise<void> {
  const { Workbox } = await import('workbox-window');
  const worker: Workbox = new Workbox(`${siteUrl}sw.js`, { scope: siteUrl, updateViaCache: 'none' });
  let isAgreed = false;
  const agree = () => {
    isAgreed = true;
    worker.messageSkipWaiting();
  };
  worker.addEventListener('waiting', () => onready(agree));
  worker.addEventListener('controlling', ({ isUpdate }) => {
    if (isAgreed) location.reload();
    // Agreed to in another window: this one still runs the old version, which the new service worker does not know.
    else if (isUpdate) onready(() => location.reload());
  });
  await worker.register();
  let asked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - asked < ASK_AGAIN_MS) return;
    asked = Date.now();
    void worker.update().catch(() => {});
  });
}
