import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckpointAddress } from '../checkpoint/checkpoint-address.js';
import type { CheckpointStore } from '../checkpoint/store/checkpoint-store.js';
import type { LoadedData } from '../config/define.js';
import { coerceFlag } from '../config/flags/coerce-flag.js';
import type { FlagSpecs, FlagValues } from '../config/flags/flag.js';
import { readArguments } from '../config/flags/parse-arguments.js';
import { pathValue } from '../config/flags/path-value.js';
import type { FlagDeclaration } from '../config/flags/resolve-flags.js';
import { configBeingLoaded } from '../config/loader/config-being-loaded.js';
import { type ConfigModule, readConfigModule } from '../config/loader/config-module.js';
import { createModuleLoader } from '../config/loader/module-loader.js';
import { readProjectFile } from '../config/project/project-file.js';
import type { ReadExample } from '../data/dataset-reader.js';
import type { Pipeline } from '../data/pipeline.js';
import { checkOptions, refuseMisspelled } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import type { CommandForge } from '../plugins/contract/command-forge.js';
import type { LoadedRun, LoadOptions } from '../plugins/contract/loaded-run.js';
import type { PluginHost } from '../plugins/host/plugin-host.js';
import type { BackendRegistry } from '../plugins/registry/backend-registry.js';
import type { CommandRegistry } from '../plugins/registry/command-registry.js';
import { findRun } from '../run/catalog/find-run.js';
import type { RunFolder } from '../run/folder/run-folder.js';
import type { Run } from '../run/run.js';
import { findName } from '../text/flag-names.js';
import { invocationFlags } from '../train/run-flags.js';
import { loadData, refuseMisnamed } from './data/load-data.js';
import { openDataset } from './data/open-dataset.js';
import { type Exported, type ExportOptions, exportCheckpoint } from './load/export-checkpoint.js';
import { type LoadDataOptions, readLoadArguments } from './load/load-arguments.js';
import { loadFromCheckpoint } from './load/load-from-checkpoint.js';
import { loadRunData, type RunData } from './load/load-run-data.js';
import { openPredictor, type RunPredictor } from './load/open-predictor.js';
import { type BuiltModel, buildForData } from './prepare/build-model.js';
import { readFlagDeclarations } from './prepare/flag-declarations.js';
import { type FlagPlaces, readFlagPlaces } from './prepare/flag-layers.js';
import { withFlagOwner } from './prepare/flag-owner.js';
import { nameOtherBackend } from './prepare/model-of-other-backend.js';
import { packageFolders } from './prepare/package-folders.js';
import { prepareRun } from './prepare/prepare-run.js';
import type { PreparedRun } from './prepare/prepared-run.js';
import { reopenRun } from './resume/reopen-run.js';
import { createServices } from './services/create-services.js';
import { defaultEnvironment, type Environment } from './services/environment.js';
import type { Services } from './services/services.js';
import { initCheckpoint } from './train/init-checkpoint.js';
import { type LaunchedRun, type LaunchOptions, launch } from './train/launch.js';
import { type TrainOptions, train } from './train/train.js';
import type { TrainResult } from './train/train-run.js';

export interface ConfigRequest<F extends FlagSpecs = FlagSpecs> {
  /** Flags of the script's own, beside the run's and the configs'. */
  readonly flags?: F;
  /** Values to start from, by flag name; everything else may overrule them. */
  readonly defaults?: Readonly<Record<string, unknown>>;
}

/** The library that `forge train` is made of. `Forge` is one of these, for the current directory. */
export class ForgeLibrary implements CommandForge {
  private readonly services: Services;
  private projectFile: ReturnType<typeof readProjectFile> | undefined;

  constructor(environment: Partial<Environment> = {}) {
    checkOptions(environment, Object.keys(defaultEnvironment()), { of: 'new ForgeLibrary(environment)' });
    this.services = createServices({ ...defaultEnvironment(), ...environment });
  }

  /** The backends that the installed plugins announce. */
  get backends(): BackendRegistry {
    return this.services.backends;
  }

  /** Where plugins are found. */
  get plugins(): PluginHost {
    return this.services.plugins;
  }

  /** Where packages that are no plugins, such as engines, are searched for. */
  get packageFolders(): readonly string[] {
    return packageFolders(this.services.environment);
  }

  /** The commands that the installed plugins add to the command line. */
  get commands(): CommandRegistry {
    return this.services.commands;
  }

  /**
   * Reads both configs and the value of every flag, on a started engine. With `--resume` it is all taken from the
   * run that is taken up again.
   * @throws ForgeError for whatever is wrong; nothing has been written
   */
  async config<F extends FlagSpecs = Record<never, never>>(
    request: ConfigRequest<F> = {},
  ): Promise<PreparedRun<FlagValues<F>>> {
    checkOptions(request, ['flags', 'defaults'], { of: 'Forge.config(request)', synonyms: { values: 'defaults' } });
    const places = await this.flagPlaces(request.defaults);
    if (places.run.resume === null) requireResume(places.run);
    const { launcher } = readArguments(places.argv, invocationFlags).values;
    if (launcher !== undefined && launcher !== 'none') throw launchesNothing();
    const read = places.run.resume === null ? prepareRun : reopenRun;
    try {
      return (await read(this.services, places, request.flags ?? {})) as PreparedRun<FlagValues<F>>;
    } catch (error) {
      throw await withFlagOwner(error, this.services.plugins);
    }
  }

  /** Who declares which flags, for a help page: Forge, and the configs that are named so far. */
  async declarations(): Promise<readonly FlagDeclaration[]> {
    return readFlagDeclarations(this.services, await this.flagPlaces());
  }

  /** The folder that holds all experiments, as `--results-dir`, a flags file or the project file has it. */
  async resultsFolder(): Promise<string> {
    const { resultsDir } = (await this.flagPlaces()).run;
    return resolve(this.services.environment.directory, resultsDir);
  }

  /**
   * The run that is meant by `mnist` (its newest), `mnist/3` or a folder, as the command line takes it.
   * @throws ForgeError RUN_NOT_FOUND naming what there is instead; RUN_INVALID, FILE_SYSTEM
   */
  async findRun(reference: string): Promise<RunFolder> {
    return findRun(reference, await this.resultsFolder(), this.services.environment.directory);
  }

  /** The checkpoints in a run's folder. */
  checkpoints(run: string): CheckpointStore {
    return this.services.checkpoints(run);
  }

  /**
   * Loads a config file and calls its `load` with its flags' values and all further arguments.
   * @param config a path (inside a config's `load` relative to that config, which must list it in its `files`), a
   * file URL, or a config module that is read already
   * @param values an experiment, or plain values by flag name; what they leave out has its default
   */
  async load(
    config: string | URL | ConfigModule,
    values: PreparedRun | Readonly<Record<string, unknown>> = {},
    ...args: readonly unknown[]
  ): Promise<unknown> {
    const given = (isExperiment(values) ? values.values : values) as Readonly<Record<string, unknown>>;
    const module = await this.readModule(config, isExperiment(values) ? values.engine.modules : {});
    // A config hands on what it was given, for other configs too; a script names what it wants.
    if (configBeingLoaded() === undefined && !isExperiment(values)) {
      const given = Object.keys(module.flags).flatMap((name) => findName(name, Object.keys(values)) ?? []);
      const absent = Object.keys(module.flags).filter((name) => findName(name, given) === undefined);
      const others = Object.entries(values).filter(([name]) => !given.includes(name) && !commonFlags.includes(name));
      refuseMisspelled(Object.fromEntries(others), absent, { of: module.path, code: 'FLAG_UNKNOWN', noun: 'flag' });
    }
    const own = Object.entries(module.flags).map(([name, flag]) => {
      const spelled = findName(name, Object.keys(given));
      const value = coerceFlag(name, flag, spelled === undefined ? flag.default : given[spelled]);
      return [name, pathValue(flag.kind, value, this.services.environment.directory)] as const;
    });
    return module.load({ seed: 0, steps: null, epochs: null, ...given, ...Object.fromEntries(own) }, ...args);
  }

  /**
   * Opens files as a dataset, with Forge's own reader (`safetensors`) or one that a plugin brings. In a config's `load`
   * the plugins are those of whoever loads it.
   * @param format what the reader goes by
   * @param path relative to the folder Forge is used from, as everywhere in Node; a file beside a config is
   * `new URL('./points.csv', import.meta.url)`
   * @param options whatever the reader documents
   * @throws ForgeError USAGE naming the formats there are; DATA_INVALID, DATA_UNAVAILABLE, FILE_SYSTEM, PLUGIN_INVALID
   */
  async openDataset<N extends string = string>(
    format: string,
    path: string | URL,
    options?: Readonly<Record<string, unknown>>,
  ): Promise<Pipeline<ReadExample<N>>> {
    const inLoad = configBeingLoaded()?.loader.openDataset;
    const dataset = await (inLoad?.(format, path, options) ?? openDataset(this.services, format, path, options));
    // Which names the files hold is for the caller to say.
    return dataset as Pipeline<ReadExample<N>>;
  }

  /** Runs the experiment's data config. */
  async loadData(experiment: PreparedRun, ...args: readonly unknown[]): Promise<LoadedData> {
    const data = await loadData(experiment.data, experiment.values, args);
    if (experiment.reopened === null) refuseMisnamed(data, experiment.data.path);
    return data;
  }

  /** Builds the experiment's model on its engine, for that data. */
  build(experiment: PreparedRun, data: LoadedData, ...args: readonly unknown[]): Promise<BuiltModel> {
    return nameOtherBackend(this.services, experiment, () => buildForData(experiment, data, args));
  }

  /** Creates the run's folder; for a resumed run, restores its latest valid checkpoint. */
  initCheckpoint(experiment: PreparedRun, built: BuiltModel): Promise<Run> {
    return initCheckpoint(this.services, experiment, built);
  }

  /**
   * Starts the same command line with the launcher that `--launcher`, or the project file, names; null where none is.
   * @throws ForgeError USAGE naming the launchers there are; PLUGIN_INVALID
   */
  async launch(options: LaunchOptions): Promise<LaunchedRun | null> {
    return launch(this.services, await this.flagPlaces(), options);
  }

  /** Trains the experiment to its limits, logging, evaluating and saving on the way. */
  train(experiment: PreparedRun, options: TrainOptions = {}): Promise<TrainResult> {
    return train(this.services, experiment, options);
  }

  /**
   * Loads a run from its folder: data, model, session, and a function that restores the checkpoint; see `LoadOptions`.
   * With `code: false` it runs no code and reads tensors, flags and metrics only; see `RunData`.
   * @throws ForgeError RUN_NOT_FOUND, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT, CODE_ALTERED, CODE_MISSING, …
   */
  loadFromCheckpoint(run: string, options: LoadDataOptions): Promise<RunData>;
  loadFromCheckpoint<Model = unknown, Data = LoadedData>(
    run: string,
    options: LoadOptions,
  ): Promise<LoadedRun<Model, Data>>;
  loadFromCheckpoint(
    run: string,
    checkpoint: CheckpointAddress | undefined,
    options: { readonly code: false },
  ): Promise<RunData>;
  loadFromCheckpoint<Model = unknown, Data = LoadedData>(
    run: string,
    checkpoint?: CheckpointAddress,
    options?: LoadOptions,
  ): Promise<LoadedRun<Model, Data>>;
  async loadFromCheckpoint(
    run: string,
    second?: CheckpointAddress | LoadOptions | LoadDataOptions,
    third?: LoadOptions | LoadDataOptions,
  ): Promise<RunData | LoadedRun<unknown, unknown>> {
    const { address, options } = readLoadArguments<LoadOptions | LoadDataOptions>(second, third);
    if (options.code === false) return loadRunData(this.services, run, address);
    return loadFromCheckpoint(this.services, run, { address, options });
  }

  /** Writes a checkpoint in another format; runs none of the run's code. See `ExportOptions`. */
  exportCheckpoint(run: string, options: ExportOptions): Promise<Exported> {
    return exportCheckpoint(this.services, run, options);
  }

  /**
   * Opens the model stored in a checkpoint for prediction, without any of the run's code.
   * @param checkpoint default: `latest`
   * @param engine default: the run's
   */
  openPredictor(run: string, checkpoint?: CheckpointAddress, engine?: string): Promise<RunPredictor> {
    return openPredictor(this.services, run, checkpoint, engine);
  }

  private flagPlaces(defaults: Readonly<Record<string, unknown>> = {}): Promise<FlagPlaces> {
    const environment = this.services.environment;
    // A command asks several times, but the project file may do more than return flags.
    this.projectFile ??= readProjectFile(environment.directory, environment.warn);
    return readFlagPlaces(environment, defaults, this.projectFile);
  }

  private async readModule(
    config: string | URL | ConfigModule,
    modules: Readonly<Record<string, unknown>>,
  ): Promise<ConfigModule> {
    if (typeof config === 'object' && !(config instanceof URL)) return config;
    // A config may load another: by a path relative to its own, on the same engine, from what the run keeps.
    const loading = configBeingLoaded();
    const base = loading === undefined ? this.services.environment.directory : dirname(loading.path);
    const path = config instanceof URL ? fileURLToPath(config) : resolve(base, config);
    return readConfigModule(loading?.loader ?? (await createModuleLoader({ modules })), path);
  }
}

/** What every config is given beside its own flags. */
const commonFlags: readonly string[] = ['seed', 'steps', 'epochs'];

function isExperiment(values: object): values is PreparedRun {
  return 'engine' in values && 'flags' in values && 'values' in values;
}

function requireResume(run: FlagPlaces['run']): void {
  const given = [
    ['--override', run.override],
    ['--restart-epoch', run.restartEpoch],
    ['--code-from project', run.codeFrom === 'project'],
  ].find(([, isGiven]) => isGiven)?.[0] as string | undefined;
  if (given === undefined) return;
  throw new ForgeError('USAGE', `${given} requires --resume.`, {
    about: given.slice(2).split(' ')[0]!,
    hint: `Name the run: --resume RUN ${given}. A new run takes every flag and file as it is.`,
  });
}

function launchesNothing(): ForgeError {
  return new ForgeError('USAGE', 'A script makes its run itself; --launcher is for forge train.', {
    about: 'launcher',
    hint: 'Leave it out, or start the script with Forge.launch.',
  });
}

/** Forge, from the current directory. */
export const Forge = new ForgeLibrary();
