import { checkOptions } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import { findDirection, parseMetricAddress } from '../metrics/metric-address.js';
import type { Direction } from '../metrics/metric-direction.js';
import { requireCount, requireNotNegative, requireShare } from './check-option.js';
import { invalidModel, shownValue } from './model-error.js';
import { type Schedule, toSchedule } from './schedules.js';

export interface PlateauOptions {
  /** The metric of the validation data to watch: `rmse`, `valid.rmse`, `valid.score:max`. Default: `loss`. */
  readonly metric?: string;
  /** Whether a lower or a higher value is better. Default: inferred from the metric's address or name. */
  readonly mode?: Direction;
  /** Factor by which the rate is reduced. Default: 0.1. */
  readonly factor?: number;
  /** Number of evaluations without improvement after which the rate is reduced. Default: 10. */
  readonly patience?: number;
  /** Minimum change that counts as an improvement. Default: 1e-4. */
  readonly minDelta?: number;
  /** Lower bound of the scale that multiplies the schedule's rate. Default: 0. */
  readonly minScale?: number;
}

/** A schedule whose rate is also multiplied by a scale that depends on evaluations. Immutable: has no state. */
export interface Plateau extends Required<PlateauOptions> {
  readonly schedule: Schedule;
}

/** The state of a plateau; part of the train state. */
export interface PlateauMemory {
  readonly best: number;
  /** Evaluations since the best, or since the rate was last lowered. */
  readonly waited: number;
  readonly scale: number;
}

/**
 * Reduces the rate by `factor` when a validation metric has not improved for `patience` evaluations; Keras's
 * ReduceLROnPlateau, with its defaults. It observes the `valid` metrics that training reports: each evaluation that is
 * due by `--eval-every` or at the end of an epoch.
 * @param rate a number or a schedule, as in `plateau(warmup(0.001, 500))`
 * @throws ForgeError MODEL_INVALID for invalid settings.
 */
export function plateau(rate: number | Schedule, options: PlateauOptions = {}): Plateau {
  checkOptions(options, ['metric', 'mode', 'factor', 'patience', 'minDelta', 'minScale'], {
    of: 'plateau(rate, options)',
    synonyms: { monitor: 'metric', gamma: 'factor', threshold: 'minDelta', minLr: 'minScale', minRate: 'minScale' },
  });
  const { factor = 0.1, patience = 10, minDelta = 1e-4, minScale = 0 } = options;
  requireShare('plateau', 'factor', factor);
  requireCount('plateau', 'patience', patience);
  requireNotNegative('plateau', 'minDelta', minDelta);
  requireNotNegative('plateau', 'minScale', minScale);
  const watched = watchedMetric(options);
  return { schedule: toSchedule('plateau', rate), ...watched, factor, patience, minDelta, minScale };
}

function watchedMetric({ metric = 'loss', mode }: PlateauOptions): { metric: string; mode: Direction } {
  if (mode !== undefined && mode !== 'min' && mode !== 'max') {
    throw new ForgeError('MODEL_INVALID', `plateau: mode must be min or max, not ${shownValue(mode)}.`, {
      about: 'plateau',
    });
  }
  const address = parseMetricAddress(/^valid\./.test(metric) ? metric : `valid.${metric}`);
  const { name, direction } = address ?? { name: metric, direction: undefined };
  const found = mode ?? findDirection({ name, direction }, {});
  if (found !== undefined) return { metric: name, mode: found };
  throw new ForgeError('METRIC_INVALID', `plateau: it is unknown whether a lower or a higher ${name} is better.`, {
    about: name,
    hint: `Declare it: plateau(rate, { metric: '${name}', mode: 'max' }), or mode: 'min'.`,
  });
}

export function isPlateau(rate: unknown): rate is Plateau {
  return typeof rate === 'object' && rate !== null && 'schedule' in rate;
}

export function freshMemory({ mode }: Plateau): PlateauMemory {
  return { best: mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY, waited: 0, scale: 1 };
}

/** The memory after one more evaluation. NaN never counts as an improvement. */
export function afterEvaluation(
  settings: Plateau,
  { best, waited, scale }: PlateauMemory,
  value: number,
): PlateauMemory {
  const { mode, factor, patience, minDelta, minScale } = settings;
  const isBetter = mode === 'min' ? value < best - minDelta : value > best + minDelta;
  if (isBetter) return { best: value, waited: 0, scale };
  if (waited + 1 < patience) return { best, waited: waited + 1, scale };
  return { best, waited: 0, scale: Math.min(scale, Math.max(scale * factor, minScale)) };
}

/** @throws ForgeError MODEL_INVALID unless evaluations report the watched metric. */
export function requireMetric({ metric }: Plateau, stats: Iterable<string>): void {
  const known = new Set(['loss', ...stats]);
  if (known.has(metric)) return;
  throw invalidModel(
    `plateau watches ${metric}, but an evaluation of the model reports ${[...known].join(', ')}.`,
    "Watch one of these, or return the metric from the model's stats.",
  );
}
