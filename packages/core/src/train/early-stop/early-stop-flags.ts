import { ForgeError } from '../../errors/forge-error.js';
import {
  type DeclaredDirections,
  type MetricAddress,
  nameOfMetric,
  parseMetricAddress,
  requireDirection,
} from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import { toKebab } from '../../text/flag-names.js';
import type { RunFlagValues } from '../run-flags.js';

export const defaultPatience = 5;

/** What `--stop-early` and the flags beside it ask for. */
export interface EarlyStopRequest {
  readonly metric: MetricAddress;
  /** Scheduled evaluations without an improvement after which the run ends. */
  readonly patience: number;
  /** A smaller change is no improvement. */
  readonly minDelta: number;
  /** Whether the run ends with the state of its best step. */
  readonly restoreBest: boolean;
}

type EarlyStopFlags = Pick<RunFlagValues, 'stopEarly' | 'patience' | 'minDelta' | 'restoreBest'>;

/**
 * Reads the flags of early stopping; null without it.
 * @throws ForgeError FLAG_INVALID for text that is no metric, USAGE for a flag that has no effect without --stop-early
 */
export function earlyStopRequest(flags: EarlyStopFlags): EarlyStopRequest | null {
  const { stopEarly, patience, minDelta, restoreBest } = flags;
  if (stopEarly === null) {
    const lone = (
      [
        ['patience', patience !== null],
        ['minDelta', minDelta !== null],
        ['restoreBest', restoreBest],
      ] as const
    ).find(([, given]) => given);
    if (lone !== undefined) throw needsStopEarly(lone[0]);
  }
  if (stopEarly === null || stopEarly === 'none') return null;
  const metric = parseMetricAddress(stopEarly);
  if (metric === undefined) {
    throw new ForgeError('FLAG_INVALID', `--stop-early "${stopEarly}" does not name a metric of a split.`, {
      about: 'stopEarly',
      hint: 'Use valid.loss, valid.score:max or none.',
    });
  }
  return { metric, patience: patience ?? defaultPatience, minDelta: minDelta ?? 0, restoreBest };
}

/** The option as the user wrote it: `--stop-early valid.loss`. */
export function stopEarlyOption(metric: MetricAddress): string {
  return `--stop-early ${nameOfMetric(metric)}`;
}

/** @throws ForgeError METRIC_INVALID when it is unknown which direction is better */
export function earlyStopDirection({ metric }: EarlyStopRequest, declared: DeclaredDirections): Direction {
  return requireDirection(metric, declared, stopEarlyOption(metric));
}

function needsStopEarly(name: string): ForgeError {
  const option = `--${toKebab(name)}`;
  return new ForgeError('USAGE', `${option} has no effect without --stop-early.`, {
    about: name,
    hint: `Name the metric: --stop-early valid.loss ${option}${name === 'restoreBest' ? '' : ' …'}, or omit ${option}.`,
  });
}
