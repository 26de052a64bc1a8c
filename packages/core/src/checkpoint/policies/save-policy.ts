/** When to save. Which checkpoints to keep is another question: see `KeepPolicy`. */
export interface SavePolicy {
  /** Whether a save may as well come a few steps later, while the one before is still being written. */
  readonly mayWait: boolean;
  /** Whether to save after this many updates. One is saved at the end of a training whatever a policy says. */
  due(step: number): boolean;
  /** Told of every checkpoint, whoever asked for it. */
  saved(): void;
}

export function everySteps(steps: number): SavePolicy {
  return { mayWait: false, due: (step) => step > 0 && step % steps === 0, saved: () => undefined };
}

/**
 * Saves when so many minutes have passed since the last checkpoint, or since the start.
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
