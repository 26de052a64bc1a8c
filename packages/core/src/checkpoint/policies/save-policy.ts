/** The moment after a step, as a save policy sees it. */
export interface SaveMoment {
  /** Updates done. */
  readonly step: number;
  /** Whether the training is over, or was told to stop. */
  readonly end: boolean;
}

/** When to save. Which checkpoints to keep is another question: see `KeepPolicy`. */
export interface SavePolicy {
  /** Whether to save now. */
  due(moment: SaveMoment): boolean;
  /** Told of every checkpoint, whoever asked for it. */
  saved(): void;
}

const nothing = (): void => undefined;

export function everySteps(steps: number): SavePolicy {
  return { due: ({ step }) => step > 0 && step % steps === 0, saved: nothing };
}

/**
 * Saves when so many minutes have passed since the last checkpoint, or since the start.
 * @param now milliseconds of a clock that does not jump; given by tests.
 */
export function everyMinutes(minutes: number, now: () => number = () => performance.now()): SavePolicy {
  let last = now();
  return {
    due: () => now() - last >= minutes * 60_000,
    saved: () => {
      last = now();
    },
  };
}

export const atEnd: SavePolicy = { due: ({ end }) => end, saved: nothing };

export function anyOf(...policies: readonly SavePolicy[]): SavePolicy {
  return {
    due: (moment) => policies.some((policy) => policy.due(moment)),
    saved: () => {
      for (const policy of policies) policy.saved();
    },
  };
}
