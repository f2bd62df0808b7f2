// A page of the site, as a server gives it: it has the encoder's weights, and a service worker that keeps it for times without a network.
import { weightsVersion } from 'virtual:weights-version';
import { openPage } from './open-page.ts';
import { watchUpdates } from './updates.ts';

/** `root`: where the site's files are, seen from this page. */
export function openHostedPage({ framed, root }: { framed: boolean; root: string }): void {
  const siteUrl = new URL(`${root}/`, location.href).href;
  void openPage({
    framed,
    root,
    weights: `weights/use-lite.f16.safetensors?v=${weightsVersion}`,
    watchUpdates: (onready) => watchUpdates(siteUrl, onready),
  });
}
