// Times and amounts of work. Every field carries its unit in its documentation and its clock in its name's meaning:
// `wall` and the host phases come from `performance.now()`, `kernel` on the GPU from timestamp queries. They are never added up.

/** Milliseconds, each phase on its own clock; absent when it did not happen or cannot be measured here. */
export interface AttentionTiming {
  /** From the call's acceptance to its answer, on the host's clock. */
  wall: number;
  /** GPU: time between timestamps at the passes' ends. CPU: time the workers spent computing (the longest worker). */
  kernel?: number;
  /** Host to backend copies. */
  upload?: number;
  /** Backend to host copies, including the wait for them. */
  readback?: number;
  /** Shader and pipeline compilation inside this call; absent when all was cached. */
  compile?: number;
  /** The step of the clock behind `kernel`, in milliseconds, where known. */
  timerResolution?: number;
  /** Useful floating-point operations: `4 · D · visible pairs · H` (a multiply-add is two). */
  flops: number;
  /** Useful bytes: Q, K, V read once, output and log-sum-exp written once. */
  bytes: number;
}
