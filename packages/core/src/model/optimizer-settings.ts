import { checkOptions } from '../errors/check-options.js';
import { requireCount, requirePositive } from './check-option.js';
import { isPlateau, type Plateau } from './plateau.js';
import { type Schedule, toSchedule } from './schedules.js';

/** A learning rate: a number, a function of the number of updates done before, or one that follows a metric too. */
export type Rate = number | Schedule | Plateau;

/** Options every optimizer takes. */
export interface OptimizerOptions {
  /** Gradient elements are first limited to [-clipValue, clipValue]. */
  readonly clipValue?: number;
  /** Then all gradients are scaled so that their joint Euclidean norm is at most this. */
  readonly clipNorm?: number;
  /**
   * An update after every so many batches, by the mean of their gradients: what one batch of that many times the size
   * would give, in the memory of a small one. Schedules and bias corrections count updates; clipping is of the mean.
   */
  readonly accumulate?: number;
}

/** What an optimizer of any engine says beside its formula. */
export interface OptimizerSettings {
  readonly name: string;
  readonly rate: Schedule;
  /** What the rate is multiplied by, following a metric; see `plateau`. */
  readonly plateau?: Plateau | undefined;
  /** Gradients of so many batches are averaged for one update; 1 where left out. */
  readonly accumulate?: number | undefined;
  /** Gradient elements are first limited to [-clipValue, clipValue]. */
  readonly clipValue?: number | undefined;
  /** Then all gradients are scaled so that their joint Euclidean norm is at most this. */
  readonly clipNorm?: number | undefined;
}

/** @throws ForgeError MODEL_INVALID for a rate, a limit or a number of batches that cannot be one. */
export function optimizerSettings(name: string, rate: Rate, options: OptimizerOptions): OptimizerSettings {
  const { clipValue, clipNorm, accumulate } = options;
  if (clipValue !== undefined) requirePositive(name, 'clipValue', clipValue);
  if (clipNorm !== undefined) requirePositive(name, 'clipNorm', clipNorm);
  if (accumulate !== undefined) requireCount(name, 'accumulate', accumulate);
  const watching = isPlateau(rate) ? { rate: rate.schedule, plateau: rate } : { rate: toSchedule(name, rate) };
  return { name, ...watching, clipValue, clipNorm, accumulate };
}

/**
 * Refuses options that an optimizer does not have.
 * @param own those it takes beside `OptimizerOptions`
 * @throws ForgeError OPTION_UNKNOWN naming the option, and the one of this or another optimizer that was meant
 */
export function checkOptimizerOptions(name: string, options: object | undefined, own: readonly string[] = []): void {
  checkOptions(options, [...own, 'clipValue', 'clipNorm', 'accumulate'], {
    of: `${name}(rate, options)`,
    synonyms: own.includes('weightDecay') ? otherNames : { ...otherNames, weightDecay: decayed, l2: decayed },
  });
}

const decayed = 'Weight decay is an option of adamw and lion.';
const first = 'The learning rate is the first argument, for example adam(0.001).';

/** What PyTorch, Keras and Lightning call them. */
const otherNames: Readonly<Record<string, string>> = {
  lr: first,
  learningRate: first,
  rate: first,
  betas: 'beta1',
  eps: 'epsilon',
  rho: 'decay',
  alpha: 'decay',
  l2: 'weightDecay',
  initialAccumulatorValue: 'initialAccumulator',
  clip: 'clipNorm',
  clipnorm: 'clipNorm',
  clipvalue: 'clipValue',
  maxNorm: 'clipNorm',
  maxGradNorm: 'clipNorm',
  globalClipnorm: 'clipNorm',
  gradientClipVal: 'clipNorm',
  accumulateGradBatches: 'accumulate',
  gradientAccumulationSteps: 'accumulate',
  nesterov: "Use nesterov(rate, options) for Nesterov's momentum.",
};
