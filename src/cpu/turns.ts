// Gives the calling thread's event loop a turn between slices of work: messages, aborts and timers get in.
// A message channel, because nested timers are clamped to 4 ms. Used by the local thread only.

export class Turns {
  private readonly channel = new MessageChannel();
  private readonly waiting: (() => void)[] = [];

  constructor() {
    this.channel.port1.onmessage = () => this.waiting.shift()?.();
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.channel.port2.postMessage(null);
    });
  }

  /** An open channel would keep a Node process alive. */
  close(): void {
    this.channel.port1.close();
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
