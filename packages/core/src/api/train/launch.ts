import { resolve } from 'node:path';
import { flagVariables } from '../../config/flags/environment-flags.js';
import { plainValues, resolveFlags } from '../../config/flags/resolve-flags.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { describeValue } from '../../model/model-error.js';
import { checkReturned, pluginFault } from '../../plugins/host/check-provided.js';
import type { Launched, LaunchRequest } from '../../train/launch/launcher.js';
import { invocationFlags } from '../../train/run-flags.js';
import { type FlagPlaces, layersFor } from '../prepare/flag-layers.js';
import { defaultRunName } from '../prepare/run-name.js';
import { splitNames } from '../prepare/run-plugins.js';
import type { Services } from '../services/services.js';
import { launchJob } from './launch-job.js';

export interface LaunchOptions {
  /** The program, and its words before Forge's arguments. */
  readonly program: LaunchRequest['command'];
  /** The same before `job FILE INDEX`, for launchers that start jobs only. Default: these are refused. */
  readonly jobProgram?: LaunchRequest['command'];
  readonly output: LaunchRequest['output'];
}

/** What a launcher started. */
export interface LaunchedRun extends Launched {
  readonly launcher: string;
}

/**
 * Starts the run of the command line with its launcher; null without one.
 * @throws ForgeError USAGE naming the available launchers; PLUGIN_INVALID, FLAG_INVALID
 */
export async function launch(
  services: Services,
  places: FlagPlaces,
  options: LaunchOptions,
): Promise<LaunchedRun | null> {
  checkOptions(options, ['program', 'jobProgram', 'output'], {
    of: 'Forge.launch(options)',
    synonyms: { command: 'program' },
  });
  const { program, jobProgram, output } = options;
  const { run, commandLine } = places;
  const name = run.launcher;
  if (name === null || name === 'none') return null;
  if (run.repeat !== null) throw repeatsHere(name);
  const { make, plugin } = await services.launchers.find(name);
  const specs = plugin === null ? {} : await services.plugins.flagsOf(plugin);
  const flags = resolveFlags(specs, layersFor(specs, places));
  const inRun = [...splitNames('sink', run.sink), ...splitNames('hook', run.hook)];
  const usedInRun =
    [...(plugin?.sinks ?? []), ...(plugin?.hooks ?? [])].some((used) => inRun.includes(used)) ||
    plugin?.checkpointStores.includes(run.checkpointStore) === true ||
    plugin?.backends.some((backend) => run.backend === null || backend === run.backend) === true;
  const { launcher } = invocationFlags;
  const words = commandLine.without(usedInRun ? { launcher } : { launcher, ...specs });
  const { directory } = services.environment;
  const model = run.modelConfig === null ? directory : resolve(directory, run.modelConfig);
  const request = {
    name: run.resume || (run.runName ?? defaultRunName(model)),
    directory,
    // A launcher may start the run on another machine.
    env: flagVariables(services.environment.env),
    output,
  };
  // The project file's launcher must not start another process.
  const argv = [...words, '--launcher', 'none'];
  try {
    const made = await make({ flags: plainValues(flags) });
    const started = await ('launch' in made
      ? made.launch({ ...request, command: [...program, ...argv] })
      : launchJob(made, {
          ...request,
          launcher: name,
          flags: plainValues(flags),
          program: jobCommand(name, run, jobProgram),
          argv,
          results: resolve(directory, run.resultsDir),
        }));
    checkReturned('launched', `what the launcher ${name} started`, started);
    return {
      launcher: name,
      id: started.id,
      wait: () => asLauncher(name, async () => exitStatus(name, await started.wait())),
      cancel: () => asLauncher(name, async () => started.cancel()),
    };
  } catch (error) {
    throw failed(name, error);
  }
}

function jobCommand(
  name: string,
  { dryRun }: FlagPlaces['run'],
  program: LaunchRequest['command'] | undefined,
): LaunchRequest['command'] {
  const refuse = (why: string, hint: string) => new ForgeError('USAGE', why, { about: name, hint });
  if (dryRun) throw refuse(`The launcher ${name} starts jobs, and a dry run is none.`, 'Omit --launcher.');
  if (program !== undefined) return program;
  throw refuse(`The launcher ${name} starts jobs only, and Forge.launch(options) has no jobProgram.`, 'Name one.');
}

function repeatsHere(launcher: string): ForgeError {
  return new ForgeError('FLAG_CONFLICT', `--repeat and --launcher ${launcher} cannot be used together.`, {
    about: 'repeat',
    hint: 'Start a run for each seed: --seed 0, --seed 1, … instead of --repeat; or train here: --launcher none.',
  });
}

async function asLauncher<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failed(name, error);
  }
}

function exitStatus(name: string, status: unknown): number {
  if (Number.isInteger(status)) return status as number;
  const shown = typeof status === 'number' ? String(status) : describeValue(status);
  throw pluginFault(`the launcher ${name}`, `waited for an exit status and returned ${shown}, not a whole number`);
}

function failed(name: string, error: unknown): unknown {
  if (isForgeError(error)) return error;
  return new ForgeError('PLUGIN_INVALID', `The launcher ${name} failed: ${messageOf(error)}`, {
    about: name,
    hint: 'Without --launcher, this process makes the run.',
    cause: error,
  });
}
