import type { TrainSession } from '../../backend/backend.js';

/** How far a lazy engine may fall behind what it was asked for: whichever comes first. */
const mostSteps = 16;
const longestWait = 250;

/**
 * Bounds what piles up on an engine whose `step` returns before the work is done: without it memory grows with every
 * step that is asked for, and the speed that is shown is that of asking.
 */
export class StepBarrier {
  #steps = 0;
  #settledAt = performance.now();

  constructor(private readonly session: Pick<TrainSession, 'settle'>) {}

  /** So many more updates were asked for. */
  asked(steps: number): void {
    this.#steps += steps;
  }

  get isFar(): boolean {
    if (this.session.settle === undefined) return false;
    return this.#steps >= mostSteps || performance.now() - this.#settledAt > longestWait;
  }

  /** Resolves once all updates that were asked for are done. @throws what they fail with */
  async settle(): Promise<void> {
    if (this.session.settle === undefined || this.#steps === 0) return;
    await this.session.settle();
    this.#steps = 0;
    this.#settledAt = performance.now();
  }
}
