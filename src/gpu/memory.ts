// How many bytes of buffers a device holds, now and at most so far. Counts what `createBuffer` makes, which makes every buffer.
// What the browser keeps beside them (copies on their way, pipelines, the picture on the screen) is not told to a page.
import type { MemoryUse } from '../contract/backend.ts';

export interface MemoryCount extends MemoryUse {
  /** From now on, until it is destroyed. */
  hold(buffer: GPUBuffer): void;
}

export function createMemoryCount(): MemoryCount {
  let liveBytes = 0;
  let peakBytes = 0;
  return {
    get liveBytes() {
      return liveBytes;
    },
    get peakBytes() {
      return peakBytes;
    },
    startPeak() {
      peakBytes = liveBytes;
    },
    hold(buffer) {
      liveBytes += buffer.size;
      peakBytes = Math.max(peakBytes, liveBytes);
      const destroy = buffer.destroy.bind(buffer);
      let isHeld = true;
      buffer.destroy = () => {
        if (isHeld) liveBytes -= buffer.size;
        isHeld = false;
        return destroy();
      };
    },
  };
}
