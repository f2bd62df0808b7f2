// Collects what belongs to the picture on screen, once it rests: its source, problems, device and times. Nothing here is computed anew.
// Called for every export.
import { deviceName } from '../../../contract/device-name.ts';
import { AttentionError, throwIfAborted } from '../../../contract/errors.ts';
import { keyHeadsFor, resolveProblem } from '../../../contract/problem.ts';
import { VERSION } from '../../../contract/version.ts';
import type { ComputeSummary, Measurement, PicturePair, Setting, SourceSummary } from '../../../contract/workbench.ts';
import { EXAMPLE_TEXT } from '../../../params/example-text.ts';
import { stateOf } from '../../../params/state.ts';
import { viewLink } from '../../../params/view-link.ts';
import type { Provenance } from '../../../viz/export/provenance.ts';
import type { ExportLab } from './export-lab.ts';

export interface Resting {
  source: SourceSummary;
  computed: ComputeSummary;
  picture: PicturePair;
  setting: Setting;
}

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 40;

function restingNow({ session, view }: ExportLab): Resting | null {
  const { source, shown, failure, activity, isLive } = session;
  if (failure) throw new AttentionError(failure.code, failure.detail);
  if (!source || !shown || !isLive || activity !== 'idle' || shown.computed !== session.computed) return null;
  // A slider has moved and its picture is on the way.
  if (shown.setting !== view.setting && JSON.stringify(shown.setting) !== JSON.stringify(view.setting)) return null;
  return { source, computed: shown.computed, picture: shown.picture, setting: shown.setting };
}

/** The picture on screen, live and at rest. Waits for one that is being computed; a failed one is not exported. */
export async function whenResting(lab: ExportLab, signal: AbortSignal | undefined): Promise<Resting> {
  for (const startMs = performance.now(); performance.now() - startMs < PATIENCE_MS;) {
    throwIfAborted(signal);
    const resting = restingNow(lab);
    if (resting) return resting;
    await new Promise((next) => setTimeout(next, LOOK_EVERY_MS));
  }
  throw new AttentionError('backend-unavailable', { reason: 'nothing-shown' });
}

function sourceOf({ values }: ExportLab, source: SourceSummary): Provenance['source'] {
  const { kind, layer, layers, isMatrix, understood } = source;
  const name =
    kind === 'synthetic' ? values.signal : kind === 'file' ? (understood?.name ?? '') : (values.text ?? EXAMPLE_TEXT);
  return { kind, name, seed: kind === 'synthetic' ? values.seed : null, layer, layers, isMatrix };
}

/** Both problems as the backend had them: the source's own scale, its key heads after the cut. */
function problemsOf(source: SourceSummary, computed: ComputeSummary, { mask }: Setting) {
  const shape = {
    heads: computed.heads,
    kvHeads: keyHeadsFor(computed.heads, source.heads / source.kvHeads),
    queryLength: computed.length,
    keyLength: computed.keyLength,
    headDim: computed.headDim,
    ...(source.scale === null ? {} : { scale: source.scale }),
  };
  const globalTokens = Math.min(mask.globalTokens ?? 0, computed.keyLength);
  return {
    full: resolveProblem({ ...shape, mask: { causal: mask.causal } }),
    windowed: resolveProblem({ ...shape, mask: { ...mask, globalTokens } }),
  };
}

export async function provenanceOf(lab: ExportLab, resting: Resting): Promise<Provenance> {
  const { source, computed, picture, setting } = resting;
  const { values, session, measurements } = lab;
  const measured = Object.values(measurements.live).filter(
    (one): one is Measurement => one !== undefined && !('code' in one) && one.length === computed.length,
  );
  return {
    version: VERSION,
    link: await viewLink(lab.siteUrl, values),
    params: stateOf(values).p,
    source: sourceOf(lab, source),
    tokens: source.tokens,
    head: picture.head,
    ...problemsOf(source, computed, setting),
    backend: {
      kind: computed.backend.kind,
      device: deviceName(computed.backend),
      reason: computed.backend.kind === 'cpu' ? (computed.backend.reason ?? session.backends?.gpuReason ?? null) : null,
    },
    timing: { full: computed.full.timing, windowed: computed.windowed.timing },
    measured,
  };
}

/** Short name of the source for file names. */
export function sourceName({ values }: ExportLab, { source }: Resting): string {
  if (values.preset) return values.preset;
  if (source.kind === 'synthetic') return values.signal;
  if (source.kind === 'file') return (source.understood?.name ?? 'file').replace(/\.[^.]*$/, '');
  return values.text ?? EXAMPLE_TEXT;
}
