// The page's side of the labs on texts. Part of the remote workbench, which lends it its calls. Arguments may be a view's reactive
// objects, which cannot be posted: they are copied to plain ones.
import { proxy } from 'comlink';
import type { BackendKind } from '../contract/engine.ts';
import type {
  Embedded,
  EmbedOptions,
  EncoderPath,
  TextBench,
  Throughput,
  ThroughputGap,
  ThroughputRequest,
  TokenizedText,
} from '../contract/text-bench.ts';
import type { RemoteDoor } from './connection.ts';
import type { Answer } from './protocol.ts';

type Call = <T>(act: (door: RemoteDoor, call: number) => Promise<Answer<T>>) => Promise<T>;

export class RemoteTexts implements TextBench {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  tokenize(texts: string[], onProgress: (done: number) => void): Promise<TokenizedText[]> {
    return this.#call((door, call) => door.tokenizeTexts(call, [...texts], proxy(onProgress)));
  }

  embed(texts: string[], options: EmbedOptions, onProgress: (done: number) => void): Promise<Embedded> {
    return this.#call((door, call) => door.embedTexts(call, [...texts], { ...options }, proxy(onProgress)));
  }

  inspect(text: string, backend: 'auto' | BackendKind): Promise<EncoderPath> {
    return this.#call((door, call) => door.inspectText(call, text, backend));
  }

  measureThroughput(
    { texts, labels, batchSizes, backends, ...pace }: ThroughputRequest,
    onResult: (result: Throughput | ThroughputGap, done: number) => void,
  ): Promise<void> {
    const lists = { texts: [...texts], labels: [...labels], batchSizes: [...batchSizes], backends: [...backends] };
    return this.#call((door, call) => door.measureThroughput(call, { ...pace, ...lists }, proxy(onResult)));
  }
}
