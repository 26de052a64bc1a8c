import { dirname, resolve } from 'node:path';
import { asha, grid, hyperband, random, type SweepDefinition, sampler, sobol, tpe } from '@forge-ml/core';
import {
  loadSweepDefinition,
  mergeDefinitions,
  parseObjectives,
  parseParameters,
  parsePrune,
} from '@forge-ml/core/cli';
import { ForgeError, nearestName } from '@forge-ml/core/flags';
import { parseCall } from './parse-call.js';
import type { SweepArguments } from './sweep-arguments.js';

/**
 * What a sweep is: from its file, and from the command line, which wins.
 * @throws ForgeError SWEEP_INVALID, METRIC_INVALID, FLAG_INVALID, CONFIG_NOT_FOUND, CONFIG_INVALID, CONFIG_FAILED
 */
export async function readDefinition(given: SweepArguments): Promise<SweepDefinition> {
  const { flags } = given;
  const file = given.file === null ? { space: {}, objectives: [], flags: {} } : await readFile(given.file);
  const settings = {
    method: flags.method === null ? undefined : methodOf(flags.method),
    stop: flags.stop === null || flags.stop === 'none' ? undefined : stopOf(flags.stop),
    ...{ trials: flags.trials, steps: flags.totalSteps, hours: flags.hours, repeat: flags.repeat },
    ...{ retries: flags.retries, failFast: flags.failFast || undefined, seed: flags.sweepSeed },
    ...{ name: flags.name, workers: flags.workers, prune: flags.prune === null ? undefined : parsePrune(flags.prune) },
  };
  const { stop, ...others } = file as SweepDefinition;
  return {
    ...others,
    ...(stop === undefined || flags.stop === 'none' ? {} : { stop }),
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== null)),
    space: mergeDefinitions(file.space, parseParameters(given.space)),
    objectives: objectivesOf(given, file.objectives),
  };
}

async function readFile(path: string): Promise<SweepDefinition> {
  const { createModuleLoader } = await import('@forge-ml/core/loader');
  const absolute = resolve(path);
  const loader = await createModuleLoader({ modules: {}, boundary: dirname(absolute) });
  try {
    return await loadSweepDefinition(absolute, loader);
  } finally {
    await loader.close();
  }
}

function objectivesOf({ minimize, maximize, flags }: SweepArguments, file: SweepDefinition['objectives']) {
  const value = flags.value as 'best' | 'last' | null;
  if (minimize.length + maximize.length > 0) {
    return parseObjectives({ minimize, maximize, value: value ?? 'best' }, 'command line');
  }
  return value === null ? file : file.map((objective) => ({ ...objective, value }));
}

/** The functions of `sweep.ts` with the same names check the options. */
const methods = { grid, random, sobol, tpe };
const stops = { asha, hyperband };

function methodOf(text: string) {
  const { name, options } = parseCall(text, 'method');
  return Object.hasOwn(methods, name) ? methods[name as 'grid'](options) : sampler(name, options);
}

function stopOf(text: string) {
  const { name, options } = parseCall(text, 'stop');
  if (Object.hasOwn(stops, name)) return stops[name as 'asha'](options);
  const nearest = nearestName(name, Object.keys(stops));
  throw new ForgeError('FLAG_INVALID', `--stop takes asha, hyperband or none, not ${JSON.stringify(name)}.`, {
    about: 'stop',
    hint: nearest === undefined ? 'For example: --stop asha.' : `Did you mean ${nearest}?`,
  });
}
