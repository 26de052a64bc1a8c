import { checkOptions } from '../errors/check-options.js';
import { requireCount, requirePositive } from './check-option.js';
import { isPlateau, type Plateau } from './plateau.js';
import { type Schedule, toSchedule } from './schedules.js';

/** A learning rate: a number, a schedule, or a schedule that also follows a metric. */
export type Rate = number | Schedule | Plateau;

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** Clips each gradient element to [-clipValue, clipValue], before `clipNorm`. */
  readonly clipValue?: number;
  /** Scales all gradients so that their global Euclidean norm is at most this. */
  readonly clipNorm?: number;
  /**
   * Gradient accumulation: one update per this many batches, with the mean of their gradients. Equivalent to a larger
   * batch, in the memory of a small one. Schedules and bias corrections count updates; the mean is clipped.
   */
  readonly accumulate?: number;
}

/** The settings that every optimizer has in addition to its formula. */
export interface OptimizerSettings {
  readonly name: string;
  readonly rate: Schedule;
  /** Multiplies the rate by a factor that follows a metric; see `plateau`. */
  readonly plateau?: Plateau | undefined;
  /** Number of batches whose gradients are averaged for one update. Default: 1. */
  readonly accumulate?: number | undefined;
  /** Clips each gradient element to [-clipValue, clipValue], before `clipNorm`. */
  readonly clipValue?: number | undefined;
  /** Scales all gradients so that their global Euclidean norm is at most this. */
  readonly clipNorm?: number | undefined;
}

/** @throws ForgeError MODEL_INVALID for an invalid rate, limit or number of batches. */
export function optimizerSettings(name: string, rate: Rate, options: OptimizerOptions): OptimizerSettings {
  const { clipValue, clipNorm, accumulate } = options;
  if (clipValue !== undefined) requirePositive(name, 'clipValue', clipValue);
  if (clipNorm !== undefined) requirePositive(name, 'clipNorm', clipNorm);
  if (accumulate !== undefined) requireCount(name, 'accumulate', accumulate);
  const rates = isPlateau(rate) ? { rate: rate.schedule, plateau: rate } : { rate: toSchedule(name, rate) };
  return { name, ...rates, clipValue, clipNorm, accumulate };
}

/**
 * Refuses unknown options of an optimizer.
 * @param own its options in addition to `OptimizerOptions`
 * @throws ForgeError OPTION_UNKNOWN naming the option, and the likely intended one of this or another optimizer
 */
export function checkOptimizerOptions(name: string, options: object | undefined, own: readonly string[] = []): void {
  checkOptions(options, [...own, 'clipValue', 'clipNorm', 'accumulate'], {
    of: `${name}(rate, options)`,
    synonyms: own.includes('weightDecay') ? otherNames : { ...otherNames, weightDecay: decayed, l2: decayed },
  });
}

const decayed = 'Weight decay is an option of adamw and lion.';
const first = 'The learning rate is the first argument, for example adam(0.001).';

/** Names in PyTorch, Keras and Lightning. */
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
