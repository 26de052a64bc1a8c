/** When to save. Which checkpoints to keep is another question: see `KeepPolicy`. */
export interface SavePolicy {
  /** Whether a save may be postponed by a few steps while the previous one is still being written. */
  readonly mayWait: boolean;
  /** Whether to save after this many updates. The end of training always saves one. */
  due(step: number): boolean;
  /** Called after every save, whatever triggered it. */
  saved(): void;
}

export function everySteps(steps: number): SavePolicy {
  return { mayWait: false, due: (step) => step > 0 && step % steps === 0, saved: () => undefined };
}

/**
 * Saves when this many minutes have passed since the last checkpoint, or since the start.
 * @param now milliseconds of a clock that does not jump; given by tests.
 */
export function everyMinutes(minutes: number, now: () => number = () => performance.now()): SavePolicy {
  let last = now();
  return {
    mayWait: true,
    due: () => now() - last >= minutes * 60_000,
    saved: () => {
      last = now();
    },
  };
}
