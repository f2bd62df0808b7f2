// Runs inside the browser: texts through the worker door, as the lab does. `run-zero-shot.ts` calls these.
import type { BackendKind } from '../../../src/contract/engine.ts';
import type { Throughput, ThroughputGap, ThroughputRequest } from '../../../src/contract/text-bench.ts';
import { Link } from '../../../src/worker/link.ts';
import { RemoteWorkbench } from '../../../src/worker/remote-workbench.ts';

const workbench = new RemoteWorkbench(new Link());
const files = {
  weightsUrl: `${location.origin}/weights/use-lite.f16.safetensors`,
  exampleUrl: `${location.origin}/none`,
};
await workbench.start({ ...files, tunesWhenIdle: false }, () => undefined);

/** Embeddings as plain numbers: what a driver can take out of a page. */
const embed = async (texts: string[], backend: BackendKind) => {
  const { embeddings, timing } = await workbench.texts.embed(texts, { backend }, () => undefined);
  return { embeddings: [...embeddings], timing };
};

const throughput = async (request: ThroughputRequest) => {
  const results: (Throughput | ThroughputGap)[] = [];
  await workbench.texts.measureThroughput(request, (result) => results.push(result));
  return results;
};

Object.assign(globalThis, { embed, throughput });
