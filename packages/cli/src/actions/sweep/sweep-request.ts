import { relative, resolve } from 'node:path';
import type { SweepDefinition, SweepRequest } from '@forge-ml/core';
import { toKebab } from '@forge-ml/core/flags';
import type { SweepArguments } from './sweep-arguments.js';

/** What the library is asked for. */
export function sweepRequest(definition: SweepDefinition, { rest, flags }: SweepArguments): SweepRequest {
  const { space, objectives, method, stop, trials, steps, hours, repeat, retries, failFast, prune } = definition;
  const { seed, name, workers } = definition;
  const given = {
    ...{ method, halving: stop, repeat, retries, failFast, prune, seed, name, workers },
    launcher: flags.launcher ?? undefined,
  };
  return {
    space,
    objectives,
    config: { argv: rest, file: flagsOfFile(definition) },
    budget: { trials: trials ?? null, steps: steps ?? null, hours: hours ?? null },
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** Run flags that name config files, which `sweep.ts` names relative to itself. */
const configFlags = ['data-config', 'model-config'];

/** The flags of the file, below the command line. */
function flagsOfFile({ flags, base = process.cwd() }: SweepDefinition) {
  const values = Object.entries(flags).map(([name, value]) => {
    const isConfig = configFlags.includes(toKebab(name)) && typeof value === 'string';
    return [name, isConfig ? relative(process.cwd(), resolve(base, value)) : value] as const;
  });
  return { values: Object.fromEntries(values), base };
}
