// The words between a frame of the lab and the page around it: `attention-lab/1` (shared/CONTRACT.md §3). Types and constants only.
// The frame's side is `embed/frame-door.svelte.ts`, the host's `embed/element/`; a host may speak it without either.
//
//   frame → parent    hello       by window, to anyone, at HELLO_TIMES_MS until answered; says nothing about the reader
//   parent → frame    connect     by window, with a MessagePort; may come unasked, again and again
//   frame → parent    connected   by the port, as everything after it
import type { BackendReason, BackendKind } from './engine.ts';

/** `ns` of every message; anything else is another's. */
export const NAMESPACE = 'attention-lab';
export const PROTOCOL_VERSION = 1;

export const HELLO_TIMES_MS = [0, 250, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000] as const;
/** A parent that starts by itself sends `connect` this often, for as long as the frame says hello. */
export const CONNECT_PAUSE_MS = 250;
export const HANDSHAKE_MS = 10_000;
/** How long a host waits for an answer before it gives up with `timeout`; files take longer. */
export const ANSWER_MS = 5000;
export const EXPORT_ANSWER_MS = 30_000;

/** Requests, parent → frame. Each is answered by a message of the same type whose `re` is the request's `seq`. */
export const REQUEST_TYPES = [
  'get-state',
  'set-state',
  'set-params',
  'reset',
  'select',
  'export',
  'describe',
  'destroy',
] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

export const EVENT_TYPES = ['rendered', 'state', 'selection', 'resize', 'warning', 'backend', 'error'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const PROTOCOL_ERROR_CODES = [
  'bad-version',
  'unknown-type',
  'invalid-params',
  'unsupported',
  'busy',
  'timeout',
  'denied',
  'internal',
] as const;
export type ProtocolErrorCode = (typeof PROTOCOL_ERROR_CODES)[number];

export interface ProtocolError {
  code: ProtocolErrorCode;
  /** For developers, in English. */
  message: string;
  /** With `bad-version`: the versions the frame speaks. */
  supported?: readonly number[];
}

export interface Envelope {
  ns: typeof NAMESPACE;
  v: number;
  /** The sender's own name, so that several frames can be told apart in a log. Identity is the window or the port, never this. */
  id: string;
  /** Counts the sender's messages. */
  seq: number;
  type: string;
  payload?: unknown;
  /** The `seq` this answers. */
  re?: number;
  error?: ProtocolError;
}

/** A view as plain JSON, opaque to hosts: what `get-state` gives, `set-state` takes back. */
export interface FrameState {
  v: number;
  p: Record<string, string | number | boolean | readonly string[]>;
}

/** Every parameter's value by its name in the address; `inf` for infinity, null where it is none or depends. */
export type FrameParams = Record<string, string | number | boolean | readonly string[] | null>;

export interface Warning {
  /** `bad-value`, `language-fallback` and `bad-state` are about what was given; `resize-loop` is about the height. */
  code: 'bad-value' | 'language-fallback' | 'bad-state' | 'resize-loop' | 'resize-unanswered';
  /** The parameter, its value as received (at most 80 characters), what is used instead (null: none) and what is allowed. */
  param?: string;
  received?: string;
  used?: string | null;
  allowed?: string;
  /** For developers, in English. */
  message: string;
}

export interface BackendReport {
  kind: BackendKind;
  /** Why it is the CPU. Absent on the GPU, and where the CPU is merely faster for what is shown. */
  reason?: BackendReason;
}

export interface CellReport {
  layer: number;
  head: number;
  query: number;
  key: number;
  /** Full attention's weight of the key; null while unknown and where the query may not see the key. */
  weight: number | null;
  /** The same under the window. */
  windowedWeight: number | null;
}

/** What each event carries. */
export interface EventPayloads {
  /** `ms` since the change that asked for it (since the page was opened for the first); `backend` null for the recorded picture. */
  rendered: { ms: number; backend: BackendKind | null };
  /** At least 100 ms apart. Under `api=events` without text that was typed. */
  state: { state: FrameState; params: FrameParams; cause: 'user' | 'api' | 'load' };
  /** Null when nothing is pinned. */
  selection: CellReport | null;
  /** Height of the content in CSS pixels; to be answered by `resized` within a second, else the frame scrolls by itself again. */
  resize: { height: number };
  warning: Warning;
  backend: BackendReport;
  /** `code` is an error code of the engine or of this protocol. */
  error: { code: string; message: string };
}

export interface Applied {
  /** The parameters that changed. */
  applied: string[];
  warnings: Warning[];
}

/** What each request takes and gives. */
export interface Requests {
  'get-state': { payload: undefined; answer: { state: FrameState; params: FrameParams } };
  /** `silent`: no `state` event follows. */
  'set-state': { payload: { state: FrameState; silent?: boolean }; answer: Applied };
  /** Parameters by their names in the address; null sets the default. `api` and `origin` belong to the address alone. */
  'set-params': { payload: Record<string, unknown>; answer: Applied };
  /** Back to what the frame was opened with. */
  reset: { payload: undefined; answer: Applied };
  /** Pins a cell, or unpins with null. */
  select: { payload: { query: number; key: number } | null; answer: CellReport | null };
  export: { payload: ExportPayload; answer: { blob: Blob; filename: string; mime: string } };
  /** What is on screen, in words. */
  describe: { payload: undefined; answer: { text: string; lang: string } };
  /** Ends the frame: the port closes, all memory is freed, nothing more is shown. */
  destroy: { payload: undefined; answer: Record<string, never> };
}

export interface ExportPayload {
  format: string;
  /** PNG: pixels per CSS pixel, 1…4. */
  scale?: number;
  colors?: string;
  extent?: string;
}

export interface HelloPayload {
  versions: readonly number[];
  /** The request types the frame knows. */
  caps: readonly string[];
}

export interface ConnectPayload {
  version: number;
  /** The parent follows `resize` events: the frame need not scroll. Default false. */
  autosize?: boolean;
  /** Parameters applied at once, as with `set-params`. */
  locale?: string;
  theme?: string;
  /** May only narrow what the address allows. */
  api?: 'events' | 'full';
}

export interface ConnectedPayload {
  version: number;
  state: FrameState;
  /** Null until something has been computed. */
  backend: BackendReport | null;
  size: { width: number; height: number };
  /** Something is on screen already: no `rendered` may follow soon. */
  rendered: boolean;
}

/** Sent by the parent besides requests; never answered. */
export const NOTE_TYPES = ['resized', 'disconnect'] as const;
export type NoteType = (typeof NOTE_TYPES)[number];
