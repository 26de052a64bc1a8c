import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckpointAddress } from '../checkpoint/checkpoint-address.js';
import type { CheckpointStore } from '../checkpoint/store/checkpoint-store.js';
import type { Weights } from '../checkpoint/weights.js';
import type { ConfigObject, LoadedData } from '../config/define.js';
import { coerceFlag } from '../config/flags/coerce-flag.js';
import { pathValue } from '../config/flags/path-value.js';
import type { FlagDeclaration } from '../config/flags/resolve-flags.js';
import { configBeingLoaded } from '../config/loader/config-being-loaded.js';
import type { ConfigModule } from '../config/loader/config-module.js';
import type { readProjectFile } from '../config/project/project-file.js';
import type { ReadExample, RowFormat } from '../data/pipeline/dataset-reader.js';
import type { Pipeline } from '../data/pipeline/pipeline.js';
import { checkOptions, refuseMisspelled } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import type { CommandForge } from '../plugins/contract/command-forge.js';
import type { LoadedRun, LoadOptions } from '../plugins/contract/loaded-run.js';
import type { PluginHost } from '../plugins/host/plugin-host.js';
import type { BackendRegistry } from '../plugins/registry/backend-registry.js';
import type { CommandRegistry } from '../plugins/registry/command-registry.js';
import type { RunDiff } from '../run/compare/diff-runs.js';
import type { RunFolder } from '../run/folder/run-folder.js';
import type { Run } from '../run/run.js';
import type { SweepView } from '../sweep/view/sweep-view.js';
import type { Row } from '../tensor/row.js';
import { findName } from '../text/flag-names.js';
import type { FoundRate } from '../train/loop/find-learning-rate.js';
import type { StopInputs } from '../train/stop/follow-stops.js';
import type { JobRunner } from './jobs/job-runner.js';
import type { Exported, ExportOptions } from './load/export-checkpoint.js';
import { type LoadDataOptions, readLoadArguments } from './load/load-arguments.js';
import type { RunData } from './load/load-run-data.js';
import type { ExportedModel, OpenExportOptions } from './load/open-export.js';
import type { OpenPredictorOptions, RunPredictor } from './load/open-predictor.js';
import type { BuiltModel } from './prepare/build-model.js';
import {
  type ConfigObjects,
  type ConfigRequest,
  type ConfigValues,
  type DeclaredValues,
  type ReadRequest,
  readRequest,
  type ScriptFlags,
} from './prepare/config-request.js';
import type { FlagPlaces } from './prepare/flag-layers.js';
import { packageFolders } from './prepare/package-folders.js';
import type { PreparedRun } from './prepare/prepared-run.js';
import type { RerunOptions } from './rerun/prepare-rerun.js';
import { createServices } from './services/create-services.js';
import { defaultEnvironment, type Environment } from './services/environment.js';
import type { Services } from './services/services.js';
import type { SweepLibrary } from './sweep/sweep-library.js';
import type {
  PreparedSweep,
  ResumeSweepOptions,
  SweepAddition,
  SweepChange,
  SweepRequest,
} from './sweep/sweep-request.js';
import type { DryRun } from './train/dry-run.js';
import type { LaunchedRun, LaunchOptions } from './train/launch.js';
import type { RateSearchOptions } from './train/search-rate.js';
import type { TrainOptions } from './train/train.js';
import type { TrainResult } from './train/train-run.js';

// Each method imports what it needs: every config and script imports this file, and most of them call few methods.

/** The library that `forge train` uses. `Forge` is one for the current directory. */
export class ForgeLibrary implements CommandForge {
  private readonly services: Services;
  private projectFile: ReturnType<typeof readProjectFile> | undefined;
  private ownPlaces: Promise<FlagPlaces> | undefined;

  constructor(environment: Partial<Environment> = {}) {
    checkOptions(environment, Object.keys(defaultEnvironment()), { of: 'new ForgeLibrary(environment)' });
    this.services = createServices({ ...defaultEnvironment(), ...environment });
  }

  /** The backends of the installed plugins. */
  get backends(): BackendRegistry {
    return this.services.backends;
  }

  /** The plugins that are found. */
  get plugins(): PluginHost {
    return this.services.plugins;
  }

  /** The folders that packages such as engines are searched in. */
  get packageFolders(): readonly string[] {
    return packageFolders(this.services.environment);
  }

  /** The commands of the installed plugins. */
  get commands(): CommandRegistry {
    return this.services.commands;
  }

  /**
   * Reads both configs, files or objects, and the value of every flag, on a started engine; dispose of the engine.
   * With `resume` everything comes from the run, and values that contradict it need `override`.
   * @throws ForgeError before anything is written
   */
  async config<
    F extends ScriptFlags = Record<never, never>,
    D extends ConfigObject = ConfigObject,
    M extends ConfigObject = ConfigObject,
  >(request: ConfigRequest<F, D, M> = {}): Promise<PreparedRun<DeclaredValues<F> & ConfigValues<D> & ConfigValues<M>>> {
    const asked = readRequest(request);
    const { checkEnvironmentFlags } = await import('./prepare/project-flags.js');
    const places = await (Object.keys(request).length === 0 ? this.flagPlaces() : this.readPlaces(asked));
    checkEnvironmentFlags(places.layers);
    if (places.run.resume === null) requireResume(places.run);
    const { valueIn } = await import('./prepare/flag-layers.js');
    const launcher = valueIn('launcher', places.script.values) ?? places.given.values.launcher;
    if (launcher !== undefined && launcher !== 'none') throw launchesNothing();
    if (valueIn('repeat', places.script.values) != null || places.given.values.repeat !== undefined)
      throw preparesOne();
    const read =
      places.run.resume === null
        ? (await import('./prepare/prepare-run.js')).prepareRun
        : (await import('./resume/reopen-run.js')).reopenRun;
    type Prepared = PreparedRun<DeclaredValues<F> & ConfigValues<D> & ConfigValues<M>>;
    try {
      return (await read(this.services, places, asked.declared)) as Prepared;
    } catch (error) {
      const { withFlagOwner } = await import('./prepare/flag-owner.js');
      throw await withFlagOwner(error, this.services.plugins);
    }
  }

  /**
   * A new run with the stored code and flags of another, which `train` starts; the project's files have no part in it.
   * @param run `mnist` (its newest run), `mnist/3` or a folder
   * @throws ForgeError before anything is written: RUN_NOT_FOUND, CODE_MISSING, CODE_ALTERED, FLAG_UNKNOWN, …
   */
  async rerun(run: string, options: RerunOptions = {}): Promise<PreparedRun> {
    checkOptions(options, ['set', 'trustCode'], { of: 'Forge.rerun(run, options)', synonyms: { flags: 'set' } });
    const results = await this.resultsFolder();
    const folder = await this.findRunIn(results, run);
    const { prepareRerun } = await import('./rerun/prepare-rerun.js');
    return prepareRerun(this.services, folder, results, options);
  }

  /**
   * What differs between a run and the project's files now; see `compareWithProject`.
   * @param options the project's config files, where they are others than the run names
   * @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, CODE_MISSING, CONFIG_NOT_FOUND, …
   */
  async diffWithProject(
    run: string,
    options: { readonly dataConfig?: string | undefined; readonly modelConfig?: string | undefined } = {},
  ): Promise<RunDiff> {
    checkOptions(options, ['dataConfig', 'modelConfig'], { of: 'Forge.diffWithProject(run, options)' });
    const results = await this.resultsFolder();
    const folder = await this.findRunIn(results, run);
    const set = Object.fromEntries(Object.entries(options).filter(([, path]) => path !== undefined));
    const places = await this.readPlaces({ argv: [], set });
    const { compareWithProject } = await import('./compare/compare-with-project.js');
    return compareWithProject(this.services, folder, places, results);
  }

  /** The flags of Forge, the plugins and the named configs, for a help page. */
  async declarations(): Promise<readonly FlagDeclaration[]> {
    const { readFlagDeclarations } = await import('./prepare/flag-declarations.js');
    return readFlagDeclarations(this.services, await this.flagPlaces());
  }

  /** The folder of all experiments: `--results-dir`. */
  async resultsFolder(): Promise<string> {
    const { resultsDir } = (await this.flagPlaces()).run;
    return resolve(this.services.environment.directory, resultsDir);
  }

  /**
   * Finds a run by `mnist` (its newest run), `mnist/3` or a folder, as on the command line.
   * @throws ForgeError RUN_NOT_FOUND listing what is available; RUN_INVALID, FILE_SYSTEM
   */
  async findRun(reference: string): Promise<RunFolder> {
    return this.findRunIn(await this.resultsFolder(), reference);
  }

  /** The checkpoints in a run's folder. */
  checkpoints(run: string): CheckpointStore {
    return this.services.checkpoints(run);
  }

  /**
   * Loads a config file and calls its `load` with its flags' values and all further arguments.
   * @param config a path (inside a config's `load` relative to that config, which must list it in its `files`), a
   * file URL, or a config module
   * @param values a prepared run, or values by flag name; others have their defaults
   */
  async load(
    config: string | URL | ConfigModule,
    values: PreparedRun | Readonly<Record<string, unknown>> = {},
    ...args: readonly unknown[]
  ): Promise<unknown> {
    const given = (isExperiment(values) ? values.values : values) as Readonly<Record<string, unknown>>;
    const module = await this.readModule(config, isExperiment(values) ? values.engine.modules : {});
    // A config passes on all its flags, also those of other configs; a script names those it needs.
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
   * Opens files as a dataset, with Forge's own reader (`safetensors`) or a plugin's. In a config's `load` the plugins
   * are those of the library that loads the config.
   * @param format the name of the reader
   * @param path relative to the working directory, as everywhere in Node; a file next to a config is
   * `new URL('./points.csv', import.meta.url)`
   * @param options see the documentation of the reader
   * @throws ForgeError USAGE naming the available formats; DATA_INVALID, DATA_UNAVAILABLE, FILE_SYSTEM, PLUGIN_INVALID
   */
  openDataset(
    format: RowFormat,
    path: string | URL,
    options?: Readonly<Record<string, unknown>>,
  ): Promise<Pipeline<Row>>;
  openDataset<N extends string = string>(
    format: string,
    path: string | URL,
    options?: Readonly<Record<string, unknown>>,
  ): Promise<Pipeline<ReadExample<N>>>;
  async openDataset<N extends string = string>(
    format: string,
    path: string | URL,
    options?: Readonly<Record<string, unknown>>,
  ): Promise<Pipeline<ReadExample<N>>> {
    const own = async () => (await import('./data/open-dataset.js')).datasetOpener(this.services);
    const { open } = configBeingLoaded()?.loader.datasets ?? (await own());
    const dataset = await open(format, path, options);
    // The caller declares the names in the files.
    return dataset as Pipeline<ReadExample<N>>;
  }

  /** Runs the data config. */
  async loadData(experiment: PreparedRun, ...args: readonly unknown[]): Promise<LoadedData> {
    const { loadData, openData, refuseMisnamed } = await import('./data/load-data.js');
    const { preprocessingOf } = await import('./prepare/preprocessing-of.js');
    const stored = await preprocessingOf(this.services, experiment);
    const data = await loadData(experiment.data, experiment.values, args, stored);
    await openData(data);
    if (experiment.reopened === null && experiment.startsFrom === undefined) refuseMisnamed(data, experiment.data.path);
    return data;
  }

  /** Builds the model on its engine, for the given data. */
  async build(experiment: PreparedRun, data: LoadedData, ...args: readonly unknown[]): Promise<BuiltModel> {
    const { buildForData } = await import('./prepare/build-model.js');
    const { nameOtherBackend } = await import('./prepare/name-other-backend.js');
    return nameOtherBackend(this.services, experiment, () =>
      buildForData(experiment, data, this.services.environment.warn, args),
    );
  }

  /** Creates the run's folder; for a resumed run, restores its latest valid checkpoint. */
  async initCheckpoint(experiment: PreparedRun, built: BuiltModel): Promise<Run> {
    const { initCheckpoint } = await import('./train/init-checkpoint.js');
    return initCheckpoint(this.services, experiment, built);
  }

  /**
   * Starts the same command line with the launcher that `--launcher` or the project file names; null without one.
   * @throws ForgeError USAGE naming the available launchers; PLUGIN_INVALID
   */
  async launch(options: LaunchOptions): Promise<LaunchedRun | null> {
    const { launch } = await import('./train/launch.js');
    return launch(this.services, await this.flagPlaces(), options);
  }

  /**
   * Trains to the run's limits; logs, evaluates and saves on the way.
   * @param run what `Forge.config` returned, or what it would be asked for; then the engine is disposed of at the end
   */
  async train(run: PreparedRun | ConfigRequest, options: TrainOptions = {}): Promise<TrainResult> {
    const { train } = await import('./train/train.js');
    if (isExperiment(run)) return train(this.services, run, options);
    const prepared = await this.config(run);
    try {
      return await train(this.services, prepared, options);
    } finally {
      await prepared.engine.dispose();
    }
  }

  /**
   * Does everything but training: loads the data, builds the model, and evaluates one batch. Writes nothing.
   * @param run what `Forge.config` returned, or what it would be asked for; then the engine is disposed of at the end
   */
  async dryRun(run: PreparedRun | ConfigRequest, options: StopInputs = {}): Promise<DryRun> {
    const { dryRun } = await import('./train/dry-run.js');
    if (isExperiment(run)) return dryRun(this.services, run, options);
    const prepared = await this.config(run);
    try {
      return await dryRun(this.services, prepared, options);
    } finally {
      await prepared.engine.dispose();
    }
  }

  /**
   * Searches a learning rate: tries rates from low to high, one update each, on the training data (Smith, Cyclical
   * Learning Rates for Training Neural Networks, 2017). Builds the model and the data for it; writes nothing.
   * @param run what `Forge.config` returned, or what it would be asked for; then the engine is disposed of at the end
   */
  async findLearningRate(run: PreparedRun | ConfigRequest, options: RateSearchOptions = {}): Promise<FoundRate> {
    const { searchRate } = await import('./train/search-rate.js');
    if (isExperiment(run)) return searchRate(this.services, run, options);
    const prepared = await this.config(run);
    try {
      return await searchRate(this.services, prepared, options);
    } finally {
      await prepared.engine.dispose();
    }
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
    if (options.code === false) {
      const { loadRunData } = await import('./load/load-run-data.js');
      return loadRunData(this.services, run, address);
    }
    const { loadFromCheckpoint } = await import('./load/load-from-checkpoint.js');
    return loadFromCheckpoint(this.services, run, { address, options });
  }

  /** Writes a checkpoint in another format; runs none of the run's code. See `ExportOptions`. */
  async exportCheckpoint(run: string, options: ExportOptions): Promise<Exported> {
    const { exportCheckpoint } = await import('./load/export-checkpoint.js');
    return exportCheckpoint(this.services, run, options);
  }

  /**
   * Opens the model stored in a checkpoint for prediction, without any of the run's code.
   * @param checkpoint default: `latest`
   * @param engine default: the run's
   * @param weights the parameters (default), or their moving average of a run with `--ema`
   */
  async openPredictor(
    run: string,
    checkpoint?: CheckpointAddress,
    engine?: string,
    weights?: Weights,
    options?: OpenPredictorOptions,
  ): Promise<RunPredictor> {
    const { openPredictor } = await import('./load/open-predictor.js');
    return openPredictor(this.services, run, checkpoint, engine, weights, options);
  }

  /**
   * Opens a folder that `forge export` wrote, for prediction: it needs no run, and takes raw rows where the run stores
   * preprocessing.
   * @throws ForgeError FILE_SYSTEM, RUN_INVALID, BACKEND_NOT_FOUND, ABILITY_MISSING
   */
  async openExport(path: string, options: OpenExportOptions = {}): Promise<ExportedModel> {
    const { openExport } = await import('./load/open-export.js');
    return openExport(this.services, path, options);
  }

  /**
   * Does the jobs of sweeps, and runs that a launcher started, in this process.
   * @param configs the objects of a sweep whose configs are objects
   */
  async jobRunner(configs: ConfigObjects | null = null): Promise<JobRunner> {
    const { JobRunner } = await import('./jobs/job-runner.js');
    return new JobRunner({ services: this.services, config: (request) => this.config(request), configs });
  }

  /**
   * Checks a sweep: its space against the configs' flags, its launcher, the code of its trials. Its `run` starts it.
   * @throws ForgeError before anything is written
   */
  async sweep(request: SweepRequest): Promise<PreparedSweep> {
    const { prepareSweep } = await import('./sweep/prepare-sweep.js');
    return prepareSweep(this.sweepLibrary(), request);
  }

  /**
   * Prepares to resume a sweep, wherever it ended: no finished trial is repeated, none is lost.
   * @param name of the sweep, or its folder
   * @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, CODE_ALTERED, USAGE; of `run`: RUN_LOCKED while another process controls it
   */
  async resumeSweep(name: string, options: ResumeSweepOptions = {}): Promise<PreparedSweep> {
    checkOptions(options, ['config', 'workers', 'program', 'watchMs', 'say'], {
      of: 'Forge.resumeSweep(name, options)',
    });
    const { resumeSweep } = await import('./sweep/resume-sweep.js');
    return resumeSweep(this.sweepLibrary(), await this.sweepFolder(name), options);
  }

  /** What is known of a sweep. @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, FILE_SYSTEM */
  async readSweep(name: string): Promise<SweepView> {
    const { readSweep } = await import('../sweep/view/read-sweep.js');
    return readSweep(await this.sweepFolder(name));
  }

  /** Stops a sweep in order; with `now`, its jobs end without saving. @throws ForgeError RUN_NOT_FOUND, RUN_INVALID, … */
  async stopSweep(name: string, options: { readonly now?: boolean } = {}): Promise<SweepChange> {
    checkOptions(options, ['now'], { of: 'Forge.stopSweep(name, options)' });
    const { stopSweep } = await import('./sweep/change-sweep.js');
    return stopSweep(this.sweepLibrary(), await this.sweepFolder(name), options);
  }

  /** Adds to the budget of a sweep, or narrows its space; what it knows is kept. @throws ForgeError SWEEP_INVALID, … */
  async addToSweep(name: string, addition: SweepAddition): Promise<SweepChange> {
    checkOptions(addition, ['trials', 'steps', 'hours', 'space', 'config'], { of: 'Forge.addToSweep(name, addition)' });
    const { addToSweep } = await import('./sweep/change-sweep.js');
    return addToSweep(this.sweepLibrary(), await this.sweepFolder(name), addition);
  }

  private async sweepFolder(name: string): Promise<string> {
    const { sweepFolder } = await import('./sweep/resume-sweep.js');
    return sweepFolder(name, await this.resultsFolder(), this.services.environment.directory);
  }

  private sweepLibrary(): SweepLibrary {
    return {
      services: this.services,
      config: (request) => this.config(request),
      places: (request) => this.readPlaces(request),
      jobRunner: (configs) => this.jobRunner(configs),
    };
  }

  /** The places of the process's own command line, read once: starting a run asks for them several times. */
  private flagPlaces(): Promise<FlagPlaces> {
    this.ownPlaces ??= this.readPlaces({}).catch((error: unknown) => {
      this.ownPlaces = undefined;
      throw error;
    });
    return this.ownPlaces;
  }

  private async findRunIn(results: string, run: string): Promise<RunFolder> {
    const { findRun } = await import('../run/catalog/find-run.js');
    return findRun(run, results, this.services.environment.directory);
  }

  private async readPlaces({ argv, ...script }: Partial<ReadRequest>): Promise<FlagPlaces> {
    const environment = this.services.environment;
    const { readFlagPlaces } = await import('./prepare/flag-layers.js');
    const { readProjectFile } = await import('../config/project/project-file.js');
    // Evaluated once: the project file may do more than return flags.
    this.projectFile ??= readProjectFile(environment.directory, environment.warn);
    return readFlagPlaces({ ...environment, argv: argv ?? environment.argv }, script, this.projectFile);
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
    const { readConfigModule } = await import('../config/loader/config-module.js');
    const { createModuleLoader } = await import('../config/loader/module-loader.js');
    return readConfigModule(loading?.loader ?? (await createModuleLoader({ modules })), path);
  }
}

/** What every config's `load` gets besides its own flags. */
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
  return new ForgeError('USAGE', 'A script runs in its own process; --launcher is for forge train.', {
    about: 'launcher',
    hint: 'Omit it, or call Forge.launch.',
  });
}

function preparesOne(): ForgeError {
  return new ForgeError('USAGE', '--repeat trains several runs; only forge train has it.', {
    about: 'repeat',
    hint: 'Omit it. A script calls Forge.train with set: { seed } for each seed.',
  });
}

/** Forge, from the current directory. */
export const Forge = new ForgeLibrary();
