import { randomBytes } from 'node:crypto';
import type { Objective } from '../../jobs/job.js';
import { isObject } from '../../json/is-object.js';
import { checkCount, checkHours } from '../../sweep/define/check-settings.js';
import { checkHalving } from '../../sweep/define/halving-request.js';
import { checkObjectives } from '../../sweep/define/objectives.js';
import { leastReduction, mostRepeats } from '../../sweep/record/read-sweep-file.js';
import { type Budget, type Halving, type SweepFile, sweepVersion } from '../../sweep/record/sweep-file.js';
import { sweepError } from '../../sweep/space/sweep-error.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { SweepRequest } from './sweep-request.js';

/** What `sweep.json` holds besides name, space and launcher: the request with defaults. @throws ForgeError SWEEP_INVALID */
export function sweepSettings(
  request: SweepRequest,
  values: PreparedRun['values'],
  launcher: string,
): Omit<SweepFile, 'name' | 'space' | 'launcher' | 'directory'> {
  const { repeat = 1, retries = 2, failFast = false, prune = { kind: 'none' }, seed = 0 } = request;
  // How many jobs a cluster runs at once, it decides itself.
  const { workers = launcher === 'local' ? 1 : null } = request;
  checkCount('repeat', repeat, 1);
  if (repeat > mostRepeats) throw sweepError(`A trial has at most ${mostRepeats} runs.`, 'repeat', 'Use fewer.');
  checkCount('retries', retries, 0);
  checkCount('seed', seed, 0);
  if (workers !== null) checkCount('workers', workers, 1);
  const method = methodOf(request);
  return {
    sweepVersion,
    id: randomBytes(8).toString('hex'),
    created: new Date().toISOString(),
    command: request.command ?? process.argv,
    objectives: objectivesOf(request),
    ...{ method, seed, repeat, retries, failFast, prune, workers },
    halving: request.halving === undefined || request.halving === null ? null : halvingOf(request.halving, values),
    budget: budgetOf(request, method.name),
  };
}

function objectivesOf({ objectives }: SweepRequest): readonly Objective[] {
  const whole = objectives.map((objective) => ({ value: 'best' as const, ...objective }));
  if (whole.length > 0) return checkObjectives(whole, 'command line');
  const hint = 'For example: --minimize valid.loss, or minimize: "valid.loss" in the sweep file.';
  throw sweepError('The sweep has no objective.', 'minimize', hint);
}

function methodOf({ method = 'tpe' }: SweepRequest): SweepFile['method'] {
  return isObject(method) ? { options: {}, ...method } : { name: method, options: {} };
}

function budgetOf({ budget = {} }: SweepRequest, method: string): Budget {
  const { trials = null, steps = null, hours = null } = budget;
  if (trials !== null) checkCount('trials', trials, 1);
  if (steps !== null) checkCount('steps', steps, 1);
  if (hours !== null) checkHours(hours);
  if (trials === null && steps === null && hours === null && method !== 'grid') {
    throw sweepError('The sweep has no end.', 'trials', 'Give the number of trials: --trials 50.');
  }
  return { trials, steps, hours };
}

/** `max` and `unit` follow from the limit of the runs. */
function halvingOf(given: NonNullable<SweepRequest['halving']>, { steps, epochs }: PreparedRun['values']): Halving {
  const { name, reduction, min = 1, ...asked } = checkHalving({ reduction: 3, ...given });
  if (reduction < leastReduction) {
    throw sweepError(`${name}: reduction must be at least ${leastReduction}.`, 'reduction', 'For example: 3.');
  }
  const unit = asked.unit ?? (epochs === null && steps !== null ? 'steps' : 'epochs');
  const max = asked.max ?? (unit === 'steps' ? steps : epochs);
  if (max === null || max === undefined) {
    throw sweepError(`${name} counts in ${unit}, which have no limit.`, 'max', `Add --${unit} N, or name its max.`);
  }
  if (min > max) throw sweepError(`${name}: min, ${min}, is above the limit of ${max} ${unit}.`, 'min', 'Lower it.');
  return { name, reduction, min, max, unit };
}
