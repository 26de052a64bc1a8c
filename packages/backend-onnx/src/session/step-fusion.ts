/** How long a block of updates may take, ms: a Ctrl-C is honoured after it, and its batches wait in memory. */
const longestBlock = 200;
/** Beyond this there is nothing left to gain: the state's way in and out is spread over enough updates. */
const mostSteps = 32;
const mostBytes = 64 * 2 ** 20;

/** How many updates to fuse, from how long the last ones took. It decides the speed only, never the bits. */
export class StepFusion {
  #most = 2;

  get most(): number {
    return this.#most;
  }

  /** Notes how long some steps took. @param bytes of all their batches */
  record(steps: number, milliseconds: number, bytes: number): void {
    const byTime = Math.floor((longestBlock * steps) / Math.max(milliseconds, 0.001));
    const bySize = Math.floor((mostBytes * steps) / Math.max(bytes, 1));
    this.#most = Math.max(1, Math.min(byTime, bySize, mostSteps));
  }
}
