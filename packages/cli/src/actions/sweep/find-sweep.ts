import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ForgeError, nearestName } from '@forge-ml/core/flags';
import { experimentNames } from '@forge-ml/core/runs';
import { shortPath } from '../../terminal/paths.js';

/** The command that starts a first sweep. */
export const firstSweep =
  "forge sweep --data-config data.ts --model-config model.ts \\\n    --space 'learningRate=log(1e-5..1e-2)' --minimize valid.loss --trials 20";

/**
 * The folder of a sweep, by its name or path.
 * @param name null for the newest
 * @throws ForgeError RUN_NOT_FOUND, with the nearest name or the command that starts one
 */
export async function findSweep(name: string | null, results: string): Promise<string> {
  const found = name === null ? await newestSweep(results) : await namedSweep(name, results);
  if (found !== undefined) return found;
  if (name === null) throw noSweeps(results);
  const names = [...(await sweepTimes(results)).keys()];
  const nearest = nearestName(name, names);
  throw new ForgeError('RUN_NOT_FOUND', `There is no sweep "${name}" in ${shortPath(results)}.`, {
    about: name,
    hint:
      nearest === undefined
        ? names.length === 0
          ? 'forge sweep starts one.'
          : `Available: ${names.slice(0, 20).join(', ')}.`
        : `Did you mean ${nearest}?`,
  });
}

/** The folder of the newest sweep; undefined without any. */
export async function newestSweep(results: string): Promise<string | undefined> {
  const [newest] = [...(await sweepTimes(results))].sort(([, a], [, b]) => b - a);
  return newest === undefined ? undefined : join(results, newest[0]);
}

function noSweeps(results: string): ForgeError {
  return new ForgeError('RUN_NOT_FOUND', `There are no sweeps in ${shortPath(results)}.`, {
    about: results,
    hint: 'forge sweep --help has a command that starts one.',
  });
}

async function namedSweep(name: string, results: string): Promise<string | undefined> {
  for (const folder of [join(results, name), resolve(name)]) if ((await startOf(folder)) !== undefined) return folder;
  return undefined;
}

/** The names of the sweeps, and when each was started, ms. */
export async function sweepTimes(results: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const name of await experimentNames(results)) {
    const time = await startOf(join(results, name));
    if (time !== undefined) times.set(name, time);
  }
  return times;
}

/** `sweep.json` is written once, when a sweep starts. */
async function startOf(folder: string): Promise<number | undefined> {
  const file = await lstat(join(folder, 'sweep.json')).catch(() => undefined);
  return file?.isFile() ? file.mtimeMs : undefined;
}
