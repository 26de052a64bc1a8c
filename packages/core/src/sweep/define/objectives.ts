import { ForgeError } from '../../errors/forge-error.js';
import type { Objective } from '../../jobs/job.js';
import { nameOfMetric, parseMetricAddress } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import { shownValue } from '../../model/model-error.js';
import { sweepError } from '../space/sweep-error.js';

export type ObjectiveValue = Objective['value'];

/** Objectives as a command line or a file names them. */
export interface NamedObjectives {
  readonly minimize: readonly string[];
  readonly maximize: readonly string[];
  readonly value: ObjectiveValue;
}

/** Where they are named: `--minimize valid.loss`, or `minimize: 'valid.loss'`. */
export type ObjectivesPlace = 'command line' | 'file';

const options: Readonly<Record<Direction, string>> = { min: 'minimize', max: 'maximize' };

/**
 * Reads objectives: those to minimize first.
 * @throws ForgeError METRIC_INVALID for a metric without a split, or whose own `:min` or `:max` says the contrary;
 * SWEEP_INVALID for one that is named twice, and for a value other than best and last
 */
export function parseObjectives({ minimize, maximize, value }: NamedObjectives, place: ObjectivesPlace): Objective[] {
  return checkObjectives(
    [
      ...minimize.map((metric) => ({ metric, direction: 'min' as const, value })),
      ...maximize.map((metric) => ({ metric, direction: 'max' as const, value })),
    ],
    place,
  );
}

/** @throws ForgeError METRIC_INVALID, SWEEP_INVALID */
export function checkObjectives(objectives: readonly Objective[], place: ObjectivesPlace): Objective[] {
  const checked = objectives.map((objective) => checkObjective(objective, place));
  const again = checked.find(({ metric }, at) => checked.findIndex((other) => other.metric === metric) < at);
  if (again === undefined) return checked;
  throw sweepError(`The objective ${again.metric} is named twice.`, again.metric, 'Name each metric once.');
}

function checkObjective({ metric: text, direction, value }: Objective, place: ObjectivesPlace): Objective {
  if (value !== 'best' && value !== 'last') {
    const message = `The value of an objective is "best" or "last", not ${shownValue(value)}.`;
    throw sweepError(message, 'value', 'best: the best value of a run. last: its last one.');
  }
  if (direction !== 'min' && direction !== 'max') {
    const message = `The direction of an objective is "min" or "max", not ${shownValue(direction)}.`;
    throw sweepError(message, 'direction', "For example: { metric: 'valid.loss', direction: 'min', value: 'best' }.");
  }
  const written = (of: Direction, metric: string) =>
    place === 'file' ? `${options[of]}: ${JSON.stringify(metric)}` : `--${options[of]} ${metric}`;
  const address = typeof text === 'string' ? parseMetricAddress(text) : undefined;
  if (address === undefined) {
    throw new ForgeError(
      'METRIC_INVALID',
      `${options[direction]}: ${shownValue(text)} does not name a metric of a split.`,
      {
        about: options[direction],
        hint: `Write the split and the metric: ${written(direction, 'valid.loss')}.`,
      },
    );
  }
  const metric = nameOfMetric(address);
  const own = address.direction;
  if (own === undefined || own === direction) return { metric, direction, value };
  const message = `${written(direction, text)}: the address says that a ${own === 'min' ? 'lower' : 'higher'} value is better.`;
  throw new ForgeError('METRIC_INVALID', message, { about: metric, hint: `Write ${written(own, metric)}.` });
}
