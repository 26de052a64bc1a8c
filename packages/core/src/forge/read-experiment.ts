import { resolve } from 'node:path';
import type { Engine } from '../backend/backend.js';
import { captureCode } from '../code/capture-code.js';
import { type ConfigModule, readConfigModule } from '../config/config-module.js';
import type { FlagSpecs } from '../config/flag.js';
import { toKebab } from '../config/flag-names.js';
import { createModuleLoader, type ModuleLoader } from '../config/module-loader.js';
import { readAllArguments } from '../config/read-arguments.js';
import { mergeSpecs, plainValues, resolveFlags } from '../config/resolve-flags.js';
import { ForgeError } from '../errors/forge-error.js';
import type { BackendRegistry, BackendSource } from '../plugins/backend-registry.js';
import { invocationFlags, runFlags } from '../train/run-flags.js';
import type { Experiment } from './experiment.js';
import type { FlagPlaces } from './flag-layers.js';
import { startEngine } from './start-engine.js';
import type { Workplace } from './workplace.js';

/** Who declares which flags, in the order a help page lists them. */
export interface Declarations {
  readonly declarers: readonly { readonly by: string; readonly flags: FlagSpecs }[];
  readonly data: ConfigModule;
  readonly model: ConfigModule;
  readonly backend: BackendSource;
  readonly engine: Engine;
  readonly loader: ModuleLoader;
}

/** Starts the engine, then reads the configs on it: their bare imports of the engine mean the one that runs. */
export async function readDeclarations(
  workplace: Workplace,
  registry: BackendRegistry,
  { run }: FlagPlaces,
  more: FlagSpecs,
): Promise<Declarations> {
  const dataPath = configPath(workplace, 'dataConfig', run.dataConfig);
  const modelPath = configPath(workplace, 'modelConfig', run.modelConfig);
  const { backend, engine } = await startEngine(workplace, registry, run);
  const loader = await createModuleLoader({ modules: engine.modules });
  const data = await readConfigModule(loader, dataPath);
  const model = await readConfigModule(loader, modelPath);
  const declarers = [
    { by: 'forge', flags: runFlags },
    { by: run.dataConfig!, flags: data.flags },
    { by: run.modelConfig!, flags: model.flags },
    { by: 'this script', flags: more },
  ];
  return { declarers, data, model, backend, engine, loader };
}

/** @throws ForgeError for whatever a person may have got wrong; nothing has been written by then. */
export async function readExperiment(
  workplace: Workplace,
  registry: BackendRegistry,
  places: FlagPlaces,
  more: FlagSpecs,
): Promise<Experiment> {
  const { declarers, data, model, backend, engine } = await readDeclarations(workplace, registry, places, more);
  const specs = mergeSpecs(declarers);
  const given = readAllArguments(places.argv, { ...specs, ...invocationFlags });
  const values = Object.fromEntries(Object.entries(given).filter(([name]) => !(name in invocationFlags)));
  const flags = resolveFlags(specs, [...places.layers, { source: 'command line', values }]);
  const entries = { data, model };
  const code = await captureCode(entries, ['@forge-ml/core', ...Object.keys(engine.modules)]);
  return {
    flags,
    values: plainValues(flags) as Experiment['values'],
    data,
    model,
    backend,
    engine,
    code,
    reopened: null,
  };
}

function configPath({ directory }: Workplace, flag: 'dataConfig' | 'modelConfig', path: string | null): string {
  if (path !== null) return resolve(directory, path);
  throw new ForgeError('USAGE', `Which ${flag === 'dataConfig' ? 'data' : 'model'}? --${toKebab(flag)} is missing.`, {
    about: flag,
    hint: `Name the file: --${toKebab(flag)} FILE, or set it in forge.config.ts.`,
  });
}
