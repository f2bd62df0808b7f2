// Where a picture comes from, as data: what every export carries so that the picture can be made again. Words are the catalogue's.
// Made by the lab, read by all the serialisers.
import type { BackendKind } from '../../contract/engine.ts';
import type { ResolvedProblem } from '../../contract/problem.ts';
import type { AttentionTiming } from '../../contract/timing.ts';
import type { Measurement, SourceSpec, Variant } from '../../contract/workbench.ts';

export interface Provenance {
  version: string;
  /** Address of the same view; null when its source, a file, is in no address. */
  link: string | null;
  /** Settings that differ from the defaults, as an address or message writes them. */
  params: Readonly<Record<string, unknown>>;
  source: {
    kind: SourceSpec['kind'];
    /** What was encoded, drawn or opened: the text, the signal's name, the file's name. */
    name: string;
    /** Of the synthetic numbers; null for the others. */
    seed: number | null;
    /** From 0. */
    layer: number;
    layers: number;
    isMatrix: boolean;
  };
  /** A label per key position, or null. */
  tokens: readonly string[] | null;
  /** From 0. */
  head: number;
  full: ResolvedProblem;
  windowed: ResolvedProblem;
  backend: { kind: BackendKind; device: string; reason: string | null };
  /** Of the one run that made the picture, each clock by itself. */
  timing: Record<Variant, AttentionTiming>;
  /** Medians come from these, where the setting has been measured. */
  measured: readonly Measurement[];
}
