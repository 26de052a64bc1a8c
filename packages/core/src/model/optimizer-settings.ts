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
