import type { FlagSource, ResolvedFlags } from '../../config/flags/resolve-flags.js';
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

/** The flags that need --stop-early. */
const dependent = ['patience', 'minDelta', 'restoreBest'] as const;

/** The first of them that asks for something. */
function firstDependent(flags: EarlyStopFlags, given: readonly string[] = dependent): string | undefined {
  return dependent.find((name) => given.includes(name) && flags[name] !== null && flags[name] !== false);
}

/**
 * Refuses a flag of early stopping given together with `--stop-early none`. That of a weaker source, such as the project
 * file, is not refused: `none` overrides it.
 * @param given the names of the flags that are given
 * @throws ForgeError USAGE
 */
export function refuseBesideNone(flags: EarlyStopFlags, given: readonly string[]): void {
  if (flags.stopEarly !== 'none') return;
  const name = firstDependent(flags, given);
  if (name === undefined) return;
  const option = `--${toKebab(name)}`;
  throw new ForgeError('USAGE', `${option} has no effect with --stop-early none.`, {
    about: name,
    hint: `Omit ${option}, or name a metric: --stop-early valid.loss.`,
  });
}

const weakestFirst: readonly FlagSource[] = [
  ...(['default', 'project file', 'environment', 'flags file', 'command line', 'script'] as const),
];

/** The names of the flags whose source is not weaker than that of `--stop-early`. */
export function givenWithStopEarly(flags: ResolvedFlags): readonly string[] {
  const rank = (name: string) => weakestFirst.indexOf(flags[name]?.source ?? 'default');
  return dependent.filter((name) => rank(name) >= rank('stopEarly'));
}

/**
 * Reads the flags of early stopping; null without it.
 * @throws ForgeError FLAG_INVALID for text that is no metric, USAGE for a flag that has no effect without --stop-early
 */
export function earlyStopRequest(flags: EarlyStopFlags): EarlyStopRequest | null {
  const { stopEarly, patience, minDelta, restoreBest } = flags;
  const lone = firstDependent(flags);
  if (stopEarly === null && lone !== undefined) throw needsStopEarly(lone);
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
