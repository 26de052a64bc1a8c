import { resolve } from 'node:path';
import type { SweepDefinition, SweepRequest } from '@forge-ml/core';
import { Arguments } from '@forge-ml/core/cli';
import { flag, toKebab } from '@forge-ml/core/flags';
import type { SweepArguments } from './sweep-arguments.js';

/** What the library is asked for. */
export function sweepRequest(definition: SweepDefinition, { rest, flags }: SweepArguments): SweepRequest {
  const { space, objectives, method, stop, trials, steps, hours, repeat, retries, failFast, prune } = definition;
  const { seed, name, workers } = definition;
  const { argv, set } = configArguments(definition, rest);
  const given = {
    ...{ method, halving: stop, repeat, retries, failFast, prune, seed, name, workers },
    launcher: flags.launcher ?? undefined,
  };
  return {
    space,
    objectives,
    config: { argv, set },
    budget: { trials: trials ?? null, steps: steps ?? null, hours: hours ?? null },
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** Run flags that name files, which `sweep.ts` names relative to itself. */
const fileFlags = ['data-config', 'model-config'];

/** The command line of the runs, with the flags of the file that it does not give itself. */
function configArguments({ flags, base }: SweepDefinition, rest: readonly string[]) {
  const line = new Arguments(rest);
  const argv: string[] = [];
  const set: Record<string, null> = {};
  for (const [name, value] of Object.entries(flags)) {
    const read = line.read({ [name]: flag.boolean(false, '') }).values;
    if (Object.keys(read).length > 0) continue;
    const kebab = toKebab(name);
    if (value === null) set[name] = null;
    else if (typeof value === 'boolean') argv.push(value ? `--${kebab}` : `--no-${kebab}`);
    else if (fileFlags.includes(kebab)) argv.push(`--${kebab}=${resolve(base ?? '.', String(value))}`);
    else argv.push(`--${kebab}=${value}`);
  }
  return { argv: [...argv, ...rest], set };
}
