import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';

/** Training ends at whichever limit is reached first. */
export interface Limits {
  readonly steps: number;
  readonly epochs: number;
}

/** Where a training pauses before its limits: after this many steps, or epochs, since the start of the run. */
export type PauseAt = { readonly steps: number } | { readonly epochs: number };

const defaultEpochs = 5;

export function limitsFrom(flags: { readonly steps: number | null; readonly epochs: number | null }): Limits {
  const { steps, epochs } = flags;
  return {
    steps: steps ?? Number.POSITIVE_INFINITY,
    epochs: epochs ?? (steps === null ? defaultEpochs : Number.POSITIVE_INFINITY),
  };
}

/**
 * The point as limits: one of them is finite.
 * @throws ForgeError OPTION_UNKNOWN, USAGE for anything but one whole number from 1
 */
export function limitsOfPause(pauseAt: PauseAt): Limits {
  checkOptions(pauseAt, ['steps', 'epochs'], { of: 'pauseAt of Forge.train(run, options)' });
  const given = Object.entries(pauseAt).filter(([, at]) => at !== undefined);
  const [unit, at] = given[0] ?? [];
  if (given.length !== 1 || !Number.isSafeInteger(at) || (at as number) < 1) {
    throw new ForgeError('USAGE', 'pauseAt of Forge.train(run, options) names no step and no epoch.', {
      about: 'pauseAt',
      hint: 'Give one of the two, from 1: { steps: 100 } or { epochs: 2 }.',
    });
  }
  return { steps: Number.POSITIVE_INFINITY, epochs: Number.POSITIVE_INFINITY, [unit!]: at };
}
