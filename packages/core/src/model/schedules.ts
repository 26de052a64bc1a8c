import { checkOptions } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import { requirePositive } from './check-option.js';
import { shownValue } from './model-error.js';

/**
 * A learning rate as a pure function of the step, the number of earlier updates: 0 at the first. A schedule has no
 * state, so a resumed run continues at the same rate.
 */
export type Schedule = (step: number) => number;

const around = 'Put warmup around the schedule: warmup(cosineDecay(…), steps).';
const warmupAround = { warmup: around, warmupSteps: around, warmupTarget: around };

export function constant(rate: number): Schedule {
  requireRate('constant', rate);
  return () => rate;
}

/** rate · decayRate^(step / decaySteps); with `staircase` the exponent is rounded down. */
export function exponentialDecay(
  rate: number,
  options: { readonly decaySteps: number; readonly decayRate: number; readonly staircase?: boolean },
): Schedule {
  requireRate('exponentialDecay', rate);
  checkOptions(options, ['decaySteps', 'decayRate', 'staircase'], {
    of: 'exponentialDecay(rate, options)',
    synonyms: { gamma: 'decayRate', steps: 'decaySteps' },
  });
  const { decaySteps, decayRate, staircase = false } = options;
  requirePositive('exponentialDecay', 'decaySteps', decaySteps);
  requirePositive('exponentialDecay', 'decayRate', decayRate);
  return (step) => rate * decayRate ** (staircase ? Math.floor(step / decaySteps) : step / decaySteps);
}

/** From `rate` to `end` (0 by default) along half a cosine in `decaySteps` steps, then `end` (Loshchilov and Hutter, 2017). */
export function cosineDecay(rate: number, options: { readonly decaySteps: number; readonly end?: number }): Schedule {
  requireRate('cosineDecay', rate);
  checkOptions(options, ['decaySteps', 'end'], {
    of: 'cosineDecay(rate, options)',
    synonyms: { alpha: 'end', etaMin: 'end', minRate: 'end', tMax: 'decaySteps', steps: 'decaySteps', ...warmupAround },
  });
  const { decaySteps, end = 0 } = options;
  requirePositive('cosineDecay', 'decaySteps', decaySteps);
  requireRate('cosineDecay', end);
  return (step) => end + ((rate - end) * (1 + Math.cos(Math.PI * Math.min(step / decaySteps, 1)))) / 2;
}

/** `rate`, multiplied by `factor` (0.1 by default) every `every` steps. */
export function stepDecay(rate: number, options: { readonly every: number; readonly factor?: number }): Schedule {
  requireRate('stepDecay', rate);
  checkOptions(options, ['every', 'factor'], {
    of: 'stepDecay(rate, options)',
    synonyms: { gamma: 'factor', decayRate: 'factor', stepSize: 'every', decaySteps: 'every' },
  });
  const { every, factor = 0.1 } = options;
  requirePositive('stepDecay', 'every', every);
  requirePositive('stepDecay', 'factor', factor);
  return (step) => rate * factor ** Math.floor(step / every);
}

/** A linear increase to the first rate of `schedule` in `steps` steps, then the schedule from its own step 0. */
export function warmup(schedule: number | Schedule, steps: number): Schedule {
  requirePositive('warmup', 'steps', steps);
  const after = toSchedule('warmup', schedule);
  return (step) => (step < steps ? (after(0) * (step + 1)) / steps : after(step - steps));
}

/** @throws ForgeError MODEL_INVALID unless it is a rate or a function. */
export function toSchedule(owner: string, rate: number | Schedule): Schedule {
  if (typeof rate === 'function') return rate;
  requireRate(owner, rate);
  return () => rate;
}

function requireRate(owner: string, rate: unknown): void {
  if (typeof rate === 'number' && Number.isFinite(rate) && rate >= 0) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${owner}: a learning rate must be a number of at least 0, not ${shownValue(rate)}.`,
    {
      about: owner,
      hint: 'Give a number such as 0.001, or a schedule: a function of the step. Put plateau around the schedule, not inside.',
    },
  );
}
