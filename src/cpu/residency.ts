// Which resident data a thread holds, oldest use first, and what must go to make room. One per thread; the pool tells the thread.

export class Residency {
  private readonly bytes = new Map<string, number>();
  private total = 0;
  private readonly budgetBytes: number;

  constructor(budgetBytes: number) {
    this.budgetBytes = budgetBytes;
  }

  holds(key: string): boolean {
    return this.bytes.has(key);
  }

  /** Marks as just used. */
  touch(key: string): void {
    const byteLength = this.bytes.get(key);
    if (byteLength === undefined) return;
    this.bytes.delete(key);
    this.bytes.set(key, byteLength);
  }

  /** Notes a new holding and returns the keys to release for it: the longest unused, never those in `needed`. */
  add(key: string, byteLength: number, needed: ReadonlySet<string>): string[] {
    const released: string[] = [];
    for (const [old, oldBytes] of this.bytes) {
      if (this.total + byteLength <= this.budgetBytes) break;
      if (needed.has(old)) continue;
      this.bytes.delete(old);
      this.total -= oldBytes;
      released.push(old);
    }
    this.bytes.set(key, byteLength);
    this.total += byteLength;
    return released;
  }

  /** Forgets every key of one owner and returns them. */
  remove(prefix: string): string[] {
    const removed = [...this.bytes.keys()].filter((key) => key.startsWith(prefix));
    for (const key of removed) {
      this.total -= this.bytes.get(key)!;
      this.bytes.delete(key);
    }
    return removed;
  }

  clear(): void {
    this.bytes.clear();
    this.total = 0;
  }
}
