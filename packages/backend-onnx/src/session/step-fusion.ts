/** How long a block of updates may take, ms: Ctrl-C takes effect only after it, and its batches are held in memory. */
const maxBlockTime = 200;
/** More gains nothing: the cost of copying the state is already spread over enough updates. */
const maxSteps = 32;
const maxBytes = 64 * 2 ** 20;

/** How many updates to fuse, given how long the last ones took. It affects speed only, never results. */
export class StepFusion {
  #most = 2;

  get most(): number {
    return this.#most;
  }

  /** Records how long some steps took. @param bytes of all their batches */
  record(steps: number, milliseconds: number, bytes: number): void {
    const byTime = Math.floor((maxBlockTime * steps) / Math.max(milliseconds, 0.001));
    const bySize = Math.floor((maxBytes * steps) / Math.max(bytes, 1));
    this.#most = Math.max(1, Math.min(byTime, bySize, maxSteps));
  }
}
