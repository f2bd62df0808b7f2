// The public library: `dist/lib/attention-lab.js` (shared/CONTRACT.md §1). Importing it does nothing; every engine starts
// a worker of its own, also on a page of another origin.
import type { EncoderOptions, SentenceEncoder } from '../contract/encoder.ts';
import type { AttentionEngine, EngineOptions } from '../contract/engine.ts';
import { Link } from './link.ts';
import { RemoteEncoder } from './remote-encoder.ts';
import { RemoteEngine } from './remote-engine.ts';

export { AttentionError } from '../contract/errors.ts';
export type { AttentionErrorCode, AttentionErrorDetail } from '../contract/errors.ts';
export type { DevicePeak, PeakSamples } from '../contract/device-peak.ts';
export type { AttentionMask, AttentionProblem, AttentionTensors, TensorStorage } from '../contract/problem.ts';
export type { AttentionTiming } from '../contract/timing.ts';
export type { EncoderOptions, LayerAttention, SentenceEncoder, Tokens } from '../contract/encoder.ts';
export type {
  AdapterDescription,
  AttentionEngine,
  AttentionResult,
  BackendInfo,
  BackendKind,
  BackendReason,
  EngineOptions,
  PreparedAttention,
  RunOptions,
  TuneSummary,
  WeightsPicture,
  WeightsView,
} from '../contract/engine.ts';

/** Where the build puts the encoder's weights, seen from this module. */
const WEIGHTS_PATH = '../weights/use-lite.f16.safetensors';

/** Starts an engine in a worker. Rejects with `backend-unavailable` when the GPU is insisted on and there is none. */
export function createEngine(options: EngineOptions = {}): Promise<AttentionEngine> {
  return RemoteEngine.start(new Link(), options);
}

/** Loads the sentence encoder onto an engine of {@link createEngine}, or one of its own. */
export async function createEncoder(options: EncoderOptions = {}): Promise<SentenceEncoder> {
  const { weightsUrl = new URL(WEIGHTS_PATH, import.meta.url).href } = options;
  // Workers that started from a blob or data: address cannot resolve relative addresses.
  const absolute = new URL(weightsUrl, globalThis.location?.href ?? import.meta.url).href;
  return RemoteEncoder.start({ ...options, weightsUrl: absolute });
}
