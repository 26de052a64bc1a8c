/** The run options of another thread: their address, and what guards its use against their release. */
export interface TerminateHandle {
  readonly address: bigint;
  /** Two numbers of 32 bits: whether a thread holds the lock, and whether the options are released. */
  readonly guard: SharedArrayBuffer;
}

/** A lock is held for one call of ONNX Runtime that sets a flag; a thread that ended while it held it never gives it back. */
const patience = 1000;

/** Waits for the lock. @returns whether this thread holds it, and the options exist */
export function lock({ guard }: TerminateHandle): boolean {
  const words = new Int32Array(guard);
  const until = performance.now() + patience;
  while (Atomics.compareExchange(words, 0, 0, 1) !== 0) {
    const left = until - performance.now();
    if (left <= 0 || Atomics.wait(words, 0, 1, left) === 'timed-out') return false;
  }
  if (Atomics.load(words, 1) === 0) return true;
  unlock({ guard });
  return false;
}

export function unlock({ guard }: Pick<TerminateHandle, 'guard'>, then?: 'released'): void {
  const words = new Int32Array(guard);
  if (then === 'released') Atomics.store(words, 1, 1);
  Atomics.store(words, 0, 0);
  Atomics.notify(words, 0);
}
