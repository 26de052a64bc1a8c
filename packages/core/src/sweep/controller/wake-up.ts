import type { Clock } from './sweep-ports.js';

/** Waits until something happens, or a time is over. What happens before the wait ends it at once. */
export class WakeUp {
  private waiting: AbortController | undefined;
  private awake = false;

  constructor(private readonly clock: Clock) {}

  wake(): void {
    this.awake = true;
    this.waiting?.abort();
  }

  async wait(ms: number): Promise<void> {
    this.waiting = new AbortController();
    if (!this.awake) await this.clock.wait(ms, this.waiting.signal);
    this.waiting = undefined;
    this.awake = false;
  }
}
