import { resolve } from 'node:path';
import { strayWord } from '../../config/flags/arguments.js';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { isAddress } from '../../config/flags/path-value.js';
import { refuseReserved } from '../../config/flags/reserved-flags.js';
import { mergeSpecs, plainValues, resolveFlags, unknownFlag } from '../../config/flags/resolve-flags.js';
import { ForgeError } from '../../errors/forge-error.js';
import { nearestName, toKebab } from '../../text/flag-names.js';
import { givenWithStopEarly, refuseBesideNone } from '../../train/early-stop/early-stop-flags.js';
import { invocationFlags, runFlags, withoutInvocationFlags } from '../../train/run-flags.js';
import type { Environment } from '../services/environment.js';
import type { Services } from '../services/services.js';
import { type FlagPlaces, layersFor, withoutInvocation } from './flag-layers.js';
import { withoutUnusedFlags } from './flag-owner.js';
import { readMemoryConfigs } from './memory-configs.js';
import type { PreparedRun } from './prepared-run.js';
import { readProjectConfigs } from './project-configs.js';
import { checkProjectFlags } from './project-flags.js';
import { runPlugins } from './run-plugins.js';
import { disposeOnFailure, startEngine } from './start-engine.js';

/**
 * Starts the engine, then reads the configs on it: their bare imports of the engine mean the one that runs.
 * @throws ForgeError for every mistake that can be found before training; nothing was written then
 */
export async function prepareRun(services: Services, places: FlagPlaces, more: FlagSpecs): Promise<PreparedRun> {
  const environment = services.environment;
  const { run, configs: objects } = places;
  const paths = objects === null ? configPaths(environment, places) : undefined;
  const plugins = await runPlugins(services, run);
  const started = await startEngine(services, run, (specs) => layersFor(specs, places));
  const { backend, engine } = started;
  return disposeOnFailure(engine, async () => {
    const configs =
      paths === undefined
        ? await readMemoryConfigs(services, objects!, engine)
        : await readProjectConfigs(services, paths, engine);
    const { data, model } = configs;
    if (run.trustCode) throw trustsNothing();
    const declarations = [
      { by: 'forge', flags: { ...runFlags, ...invocationFlags } },
      { by: run.dataConfig ?? data.path, flags: data.flags },
      { by: run.modelConfig ?? model.path, flags: model.flags },
      started.declarer,
      ...plugins.declarations,
      { by: 'this script', flags: more },
    ];
    refuseReserved(declarations);
    const declared = mergeSpecs(declarations);
    await checkProjectFlags(places.layers, declared, services);
    const given = places.commandLine.readAll(declared);
    const before = await withoutUnusedFlags(places.layers, declared, services.plugins);
    const commandLine = { source: 'command line', values: given, base: environment.directory } as const;
    const layers = [...before, commandLine, places.script].map(withoutInvocation);
    const flags = resolveFlags(withoutInvocationFlags(declared), layers, places.root);
    const code = await configs.capture();
    for (const [name, { kind }] of Object.entries(declared)) {
      const path = flags[name]?.value;
      if (kind !== 'path' || typeof path !== 'string' || path === '' || isAddress(path)) continue;
      configs.reads.set(path, { path, by: `--${toKebab(name)}` });
    }
    const values = plainValues(flags) as PreparedRun['values'];
    refuseBesideNone(values, givenWithStopEarly(flags));
    const { reads } = configs;
    const inMemory = objects !== null;
    const { dryRun } = run;
    const parts = {
      flags,
      values,
      data,
      model,
      backend,
      engine,
      plugins,
      code,
      inMemory,
      reads,
      dryRun,
      reopened: null,
    };
    return { ...parts, [Symbol.asyncDispose]: async () => engine.dispose() };
  });
}

function trustsNothing(): ForgeError {
  return new ForgeError('USAGE', '--trust-code requires --resume: a new run uses the code of the project.', {
    about: 'trustCode',
    hint: 'Omit it, or name the run: --resume RUN --trust-code.',
  });
}

function configPaths({ directory }: Environment, places: FlagPlaces): { data: string; model: string } {
  const { dataConfig, modelConfig } = places.run;
  if (dataConfig === null) throw missingConfig('dataConfig', places);
  if (modelConfig === null) throw missingConfig('modelConfig', places);
  return { data: resolve(directory, dataConfig), model: resolve(directory, modelConfig) };
}

function missingConfig(flag: 'dataConfig' | 'modelConfig', { given }: FlagPlaces): ForgeError {
  const known = { ...runFlags, ...invocationFlags };
  // A mistyped flag or a stray word is named first: until the configs are known, other unknown flags may be theirs.
  const { unknown, positionals } = given;
  const names = unknown.map((name) => name.replace(/^-+/, ''));
  const mistyped = names.find((name) => nearestName(name, Object.keys(known), Math.max(1, name.length / 5)));
  if (mistyped !== undefined) return unknownFlag(mistyped, known);
  if (unknown.length === 0 && positionals[0] !== undefined) return strayWord(positionals[0]);
  return new ForgeError('USAGE', `Which ${flag === 'dataConfig' ? 'data' : 'model'}? --${toKebab(flag)} is missing.`, {
    about: flag,
    hint: `Name the file: --${toKebab(flag)} FILE, or set it in forge.config.ts.`,
  });
}
