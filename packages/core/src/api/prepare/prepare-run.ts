import { resolve } from 'node:path';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { readAllArguments, readArguments, strayWord } from '../../config/flags/parse-arguments.js';
import { isAddress } from '../../config/flags/path-value.js';
import { refuseReserved } from '../../config/flags/reserved-flags.js';
import { mergeSpecs, plainValues, resolveFlags, unknownFlag } from '../../config/flags/resolve-flags.js';
import { ForgeError } from '../../errors/forge-error.js';
import { nearestName, toKebab } from '../../text/flag-names.js';
import { invocationFlags, runFlags, withoutInvocationFlags } from '../../train/run-flags.js';
import type { Environment } from '../services/environment.js';
import type { Services } from '../services/services.js';
import { type FlagPlaces, layersFor } from './flag-layers.js';
import { withoutUnusedFlags } from './flag-owner.js';
import type { PreparedRun } from './prepared-run.js';
import { readProjectConfigs } from './project-configs.js';
import { checkProjectFlags } from './project-flags.js';
import { runPlugins } from './run-plugins.js';
import { disposeOnFailure, startEngine } from './start-engine.js';

/**
 * Starts the engine, then reads the configs on it: their bare imports of the engine mean the one that runs.
 * @throws ForgeError for whatever a person may have got wrong; nothing has been written by then.
 */
export async function prepareRun(services: Services, places: FlagPlaces, more: FlagSpecs): Promise<PreparedRun> {
  const environment = services.environment;
  const { run, argv } = places;
  const dataPath = configPath(environment, 'dataConfig', run.dataConfig, argv);
  const modelPath = configPath(environment, 'modelConfig', run.modelConfig, argv);
  const plugins = await runPlugins(services, run);
  const started = await startEngine(services, run, (specs) => layersFor(specs, places));
  const { backend, engine } = started;
  return disposeOnFailure(engine, async () => {
    const configs = await readProjectConfigs(services, { data: dataPath, model: modelPath }, engine);
    const { data, model } = configs;
    if (run.trustCode) throw trustsNothing();
    const declarers = [
      { by: 'forge', flags: { ...runFlags, ...invocationFlags } },
      { by: run.dataConfig!, flags: data.flags },
      { by: run.modelConfig!, flags: model.flags },
      started.declarer,
      ...plugins.declarers,
      { by: 'this script', flags: more },
    ];
    refuseReserved(declarers);
    const declared = mergeSpecs(declarers);
    await checkProjectFlags(places.layers, declared, services);
    const given = withoutInvocationFlags(readAllArguments(argv, declared));
    const before = await withoutUnusedFlags(places.layers, declared, services.plugins);
    const layers = [...before, { source: 'command line', values: given, base: environment.directory } as const];
    const flags = resolveFlags(withoutInvocationFlags(declared), layers, places.root);
    const code = await configs.capture();
    for (const [name, { kind }] of Object.entries(declared)) {
      const path = flags[name]?.value;
      if (kind !== 'path' || typeof path !== 'string' || path === '' || isAddress(path)) continue;
      configs.reads.set(path, { path, by: `--${toKebab(name)}` });
    }
    const values = plainValues(flags) as PreparedRun['values'];
    const parts = { flags, values, data, model, backend, engine, plugins, code, reads: configs.reads, reopened: null };
    return { ...parts, [Symbol.asyncDispose]: async () => engine.dispose() };
  });
}

function trustsNothing(): ForgeError {
  return new ForgeError('USAGE', '--trust-code requires --resume: a new run uses the code of the project.', {
    about: 'trustCode',
    hint: 'Leave it out, or name the run: --resume RUN --trust-code.',
  });
}

function configPath(
  { directory }: Environment,
  flag: 'dataConfig' | 'modelConfig',
  path: string | null,
  argv: readonly string[],
): string {
  if (path !== null) return resolve(directory, path);
  const known = { ...runFlags, ...invocationFlags };
  // A mistyped flag or a stray word is named first: until the configs are known, what else is given may be theirs.
  const { unknown, positionals } = readArguments(argv, known);
  const given = unknown.map((name) => name.replace(/^-+/, ''));
  const mistyped = given.find((name) => nearestName(name, Object.keys(known), Math.max(1, name.length / 5)));
  if (mistyped !== undefined) throw unknownFlag(mistyped, known);
  if (unknown.length === 0 && positionals[0] !== undefined) throw strayWord(positionals[0]);
  throw new ForgeError('USAGE', `Which ${flag === 'dataConfig' ? 'data' : 'model'}? --${toKebab(flag)} is missing.`, {
    about: flag,
    hint: `Name the file: --${toKebab(flag)} FILE, or set it in forge.config.ts.`,
  });
}
