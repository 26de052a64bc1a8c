import { checkOptions } from '../../errors/check-options.js';
import type { Objective } from '../../jobs/job.js';
import { isObject } from '../../json/is-object.js';
import { shownValue } from '../../model/model-error.js';
import type { Method, Prune } from '../record/sweep-file.js';
import type { SpaceDefinition } from '../space/definitions.js';
import type { ParameterValues } from '../space/space.js';
import { sweepError } from '../space/sweep-error.js';
import { checkCount, checkHours, checkMethod, parsePrune } from './check-settings.js';
import { checkHalving, type HalvingRequest } from './halving-request.js';
import { checkObjectives, type ObjectiveValue, parseObjectives } from './objectives.js';

/** The settings of a sweep besides its space. */
export interface SweepSettings {
  /** Metrics to minimize: `valid.loss`, or several. */
  readonly minimize?: string | readonly string[];
  readonly maximize?: string | readonly string[];
  /** What counts of a run: the best value of the metric (the default), or its last one. */
  readonly value?: ObjectiveValue;
  /** Instead of minimize and maximize: objectives that differ in what counts. */
  readonly objectives?: readonly Objective[];
  /** How parameters are chosen. Default: tpe(). */
  readonly method?: Method;
  /** Whether trials are stopped early: asha() or hyperband(). Default: they are not. */
  readonly stop?: HalvingRequest;
  /** Ends the sweep after this many trials. */
  readonly trials?: number;
  /** Ends it after this many steps, of all trials together. */
  readonly steps?: number;
  readonly hours?: number;
  /** Runs of each trial, with the seeds seed, seed + 1, … Default: 1. */
  readonly repeat?: number;
  /** How often to repeat a trial whose process crashed or was lost. Default: 2. */
  readonly retries?: number;
  /** Whether the first failed trial ends the sweep. Default: false. */
  readonly failFast?: boolean;
  /** Which checkpoints are removed: of no trial (the default), of those that cannot go on, of all but the best. */
  readonly prune?: 'none' | 'hopeless' | `best:${number}` | Prune;
  /** Seed of the sampler. Default: 0. */
  readonly seed?: number;
  /** The experiment of the runs. */
  readonly name?: string;
  /** Jobs at once. */
  readonly workers?: number;
}

/** A sweep as plain data. What is undefined was not given. It can be passed where `SweepSettings` can. */
export interface SweepDefinition
  extends Omit<SweepSettings, 'minimize' | 'maximize' | 'value' | 'objectives' | 'prune'> {
  readonly space: SpaceDefinition;
  /** Empty where none was given. */
  readonly objectives: readonly Objective[];
  readonly prune?: Prune;
  /** Values of flags for all trials. */
  readonly flags: ParameterValues;
  /** The folder that relative paths are resolved against. Default: that of the command. */
  readonly base?: string;
}

const fields = [
  ...['space', 'flags', 'minimize', 'maximize', 'value', 'objectives', 'method', 'stop', 'trials', 'steps', 'hours'],
  ...['repeat', 'retries', 'failFast', 'prune', 'seed', 'name', 'workers', 'base'],
];

const synonyms = {
  parameters: 'space',
  searchSpace: 'space',
  sampler: 'method',
  algorithm: 'method',
  pruner: 'stop',
  scheduler: 'stop',
  halving: 'stop',
  objective: 'minimize',
  metric: 'minimize',
  samples: 'trials',
  timeout: 'hours',
  repeats: 'repeat',
};

/**
 * Checks the settings of a sweep, before its flags are known.
 * @param of the owner of the settings in messages
 * @throws ForgeError OPTION_UNKNOWN, METRIC_INVALID, SWEEP_INVALID naming what is wrong
 */
export function sweepDefinition(given: object, of: string): SweepDefinition {
  checkOptions(given, fields, { of, noun: 'field', synonyms });
  const options = given as SweepSettings & Omit<Partial<SweepDefinition>, keyof SweepSettings>;
  const { space = {}, flags = {}, base } = options;
  checkSpace(space);
  checkFlagValues(flags);
  const { trials, steps, hours, repeat, retries, failFast, seed, name, workers, method } = options;
  for (const [count, value] of Object.entries({ trials, steps, repeat, workers })) checkCount(count, value, 1);
  for (const [count, value] of Object.entries({ retries, seed })) checkCount(count, value, 0);
  checkHours(hours);
  checkMethod(method);
  checkKind('failFast', failFast, 'boolean', 'true or false');
  checkKind('name', name, 'string', 'text');
  const stop = options.stop === undefined ? undefined : checkHalving(options.stop);
  const prune = options.prune === undefined ? undefined : parsePrune(options.prune);
  const all = { method, stop, trials, steps, hours, repeat, retries, failFast, prune, seed, name, workers, base };
  const set = Object.entries(all).filter(([, value]) => value !== undefined);
  return { space, objectives: objectivesOf(options), flags, ...Object.fromEntries(set) };
}

function objectivesOf({ minimize = [], maximize = [], value, objectives }: SweepSettings): readonly Objective[] {
  const lists = { minimize: [minimize].flat(), maximize: [maximize].flat(), value: value ?? 'best' };
  if (objectives === undefined) return parseObjectives(lists, 'file');
  if (lists.minimize.length > 0 || lists.maximize.length > 0 || value !== undefined) {
    const message = 'A sweep has both objectives and minimize, maximize or value.';
    throw sweepError(message, 'objectives', 'Give only objectives, or only the others.');
  }
  const given: unknown = objectives;
  if (!Array.isArray(given) || !given.every(isObject)) {
    const hint = "For example: objectives: [{ metric: 'valid.loss', direction: 'min', value: 'last' }].";
    throw sweepError('The objectives of a sweep are a list of objects.', 'objectives', hint);
  }
  return checkObjectives(objectives, 'file');
}

function checkSpace(space: unknown): asserts space is SpaceDefinition {
  const hint = 'For example: space: { learningRate: log(1e-5, 1e-2), hidden: choice(64, 128) }.';
  if (!isObject(space)) throw sweepError(`The space of a sweep is not ${shownValue(space)}.`, 'space', hint);
  for (const [name, definition] of Object.entries(space)) {
    const isMade = isObject(definition) && ['range', 'choice'].includes(definition.kind as string);
    if (isMade && definition.when !== undefined) continue;
    const message = `The parameter ${name} is ${shownValue(definition)}, not made with choice, uniform, log or integer.`;
    throw sweepError(message, name, definition === null || typeof definition === 'object' ? hint : onlyOne(name));
  }
}

function onlyOne(name: string): string {
  return `To give all trials one value, write it in flags: { ${name}: … }.`;
}

function checkFlagValues(flags: unknown): asserts flags is ParameterValues {
  if (!isObject(flags)) {
    throw sweepError(
      `The flags of a sweep are not ${shownValue(flags)}.`,
      'flags',
      'For example: flags: { epochs: 5 }.',
    );
  }
  for (const [name, value] of Object.entries(flags)) {
    if (value === null || ['number', 'string', 'boolean'].includes(typeof value)) continue;
    const message = `The flag ${name} of a sweep is ${shownValue(value)}, which is no value of a flag.`;
    throw sweepError(message, name, 'Give a number, text, true, false or null; several values are a choice in space.');
  }
}

function checkKind(name: string, value: unknown, kind: 'boolean' | 'string', described: string): void {
  if (value === undefined || typeof value === kind) return;
  throw sweepError(`The ${name} of a sweep is ${described}, not ${shownValue(value)}.`, name, `Change ${name}.`);
}
