import type { FlagSpecs } from '../../config/flags/flag.js';
import { plainValues, type ResolvedFlags, resolveFlags } from '../../config/flags/resolve-flags.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import type { MakeSampler } from '../../sweep/controller/sampler-feed.js';
import type { SweepFile } from '../../sweep/record/sweep-file.js';
import type { JobLauncher } from '../../train/launch/job-launcher.js';
import { type FlagPlaces, layersFor } from '../prepare/flag-layers.js';
import type { Services } from '../services/services.js';

/** The flags of a launcher's plugin. */
export interface LauncherFlags {
  readonly specs: FlagSpecs;
  readonly values: ResolvedFlags;
}

/** @throws ForgeError USAGE naming the available launchers; PLUGIN_INVALID, FLAG_INVALID */
export async function launcherFlags(services: Services, name: string, places: FlagPlaces): Promise<LauncherFlags> {
  const { plugin } = await services.launchers.find(name);
  const specs = plugin === null ? {} : await services.plugins.flagsOf(plugin);
  return { specs, values: resolveFlags(specs, layersFor(specs, places)) };
}

/** @throws ForgeError USAGE where the launcher starts single runs only; PLUGIN_INVALID */
export async function makeLauncher(
  services: Services,
  { name, flags }: SweepFile['launcher'],
  workers: number | null,
): Promise<JobLauncher> {
  const { make } = await services.launchers.find(name);
  try {
    const made = await make({ flags: flags as never, ...(workers === null ? {} : { workers }) });
    if ('port' in made && made.port === 2) return made;
  } catch (error) {
    throw failed(`launcher ${name}`, error);
  }
  throw new ForgeError('USAGE', `The launcher ${name} starts single runs, not the jobs of a sweep.`, {
    about: 'launcher',
    hint: 'Use --launcher local, or a plugin whose launcher has the second port.',
  });
}

/** Makes the sampler of a sweep, for its space or a narrower one. @throws ForgeError USAGE, PLUGIN_INVALID */
export async function samplerMaker(
  services: Services,
  { method, objectives, seed }: Pick<SweepFile, 'method' | 'objectives' | 'seed'>,
): Promise<MakeSampler> {
  const { name, options } = method;
  const { make } = await services.samplers.find(name);
  const directions = objectives.map(({ direction }) => direction);
  return async (space) => {
    try {
      return await make({ space, directions, seed, options });
    } catch (error) {
      throw failed(`sampler ${name}`, error);
    }
  };
}

/** The values of flags as plain data, for `sweep.json`. */
export function storedFlags({ values }: LauncherFlags): Readonly<Record<string, unknown>> {
  return plainValues(values);
}

function failed(what: string, error: unknown): unknown {
  if (isForgeError(error)) return error;
  const hint = 'Report this to its author.';
  return new ForgeError('PLUGIN_INVALID', `The ${what} failed: ${messageOf(error)}`, {
    about: what,
    hint,
    cause: error,
  });
}
