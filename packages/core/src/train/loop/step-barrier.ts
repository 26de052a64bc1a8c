import type { TrainSession } from '../../backend/backend.js';

/** How many updates, and for how long in ms, a lazy engine may have pending: whichever limit is reached first. */
const maxPendingSteps = 16;
const maxPendingMs = 250;

/**
 * Limits the pending work of an engine whose `step` returns before the work is done. Otherwise memory would grow with
 * every step, and the speed shown would be that of queueing.
 */
export class StepBarrier {
  #steps = 0;
  #settledAt = performance.now();

  constructor(private readonly session: Pick<TrainSession, 'settle'>) {}

  /** Counts updates that were requested. */
  requested(steps: number): void {
    this.#steps += steps;
  }

  /** Whether it is time to wait for the engine. */
  get isDue(): boolean {
    if (this.session.settle === undefined) return false;
    return this.#steps >= maxPendingSteps || performance.now() - this.#settledAt > maxPendingMs;
  }

  /** Resolves once all requested updates are done. @throws their error */
  async settle(): Promise<void> {
    if (this.session.settle === undefined || this.#steps === 0) return;
    await this.session.settle();
    this.#steps = 0;
    this.#settledAt = performance.now();
  }
}
