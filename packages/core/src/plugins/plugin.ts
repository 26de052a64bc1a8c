import type { DependencyContainer, InjectionToken } from 'tsyringe';
import type { Backend, EngineRequest } from '../backend/backend.js';
import type { Batch } from '../backend/tensor-data.js';
import type { FlagSpecs } from '../config/flag.js';
import type { MetricSink } from '../metrics/metric-sink.js';

/** The version of the plugin interface; a package built for another is refused by name. */
export const pluginPort = 1;

/** What a plugin module exports by default. */
export interface Plugin {
  readonly port: typeof pluginPort;
  /** The package's name. */
  readonly name: string;
  /** Registers what the plugin brings, as factories, on the container it is handed. */
  register(container: DependencyContainer): void;
}

export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}

/** Opens one more place for a run's metrics to go. */
export type MetricSinkFactory = (run: {
  readonly folder: string;
  readonly id: string;
  readonly resumedAt: number | null;
}) => MetricSink;

/** A command that a plugin adds to `forge`. It returns data; the command line shows it, or prints it with `--json`. */
export interface PluginCommand {
  /** `topic:name`, as it stands under `commands` in the package's `forge` key. */
  readonly id: string;
  readonly summary: string;
  /** The words it takes after its name, in order. */
  readonly words: readonly { readonly name: string; readonly required: boolean; readonly description: string }[];
  readonly flags: FlagSpecs;
  run(request: CommandRequest): Promise<CommandResult>;
}

export interface CommandRequest {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  /** The folder that relative paths start from. */
  readonly directory: string;
}

export interface CommandResult {
  /** What `--json` prints. */
  readonly data: unknown;
  /** What a person reads. */
  readonly text: string;
}

/** Writes a checkpoint in another form, for `forge export`. Runs none of the run's code. */
export interface Exporter {
  /** What `--format` takes, as it stands under `exporters` in the package's `forge` key. */
  readonly format: string;
  /** One line, a sentence: what is written. */
  readonly description: string;
  /** @throws ForgeError ABILITY_MISSING where the checkpoint lacks what this format is made of */
  export(request: ExportRequest): Promise<void>;
}

export interface ExportRequest {
  /** A complete checkpoint, its checksums verified. */
  readonly checkpointFolder: string;
  /** The file or the folder to write. It does not exist, in a folder that does. */
  readonly out: string;
}

/** Runs what the checkpoints of a backend hold, for `forge predict --no-code`: none of the run's code is needed. */
export interface Predictor {
  /** The backend's name, as it stands in a run. */
  readonly backend: string;
  /** @throws ForgeError ABILITY_MISSING where the checkpoint holds nothing that can be run */
  open(request: PredictorRequest): Promise<OpenPredictor>;
}

export interface PredictorRequest extends EngineRequest {
  /** A complete checkpoint, its checksums verified. */
  readonly checkpointFolder: string;
}

export interface OpenPredictor {
  /** The model's outputs, by name, as `TrainSession.predict` gives them. */
  predict(inputs: Batch): Batch | Promise<Batch>;
  dispose(): void | Promise<void>;
}

// Symbol.for: a second copy of this package in the process means the same tokens.
export const BACKEND: InjectionToken<Backend> = Symbol.for('forge-ml.token.backend');
export const METRIC_SINK: InjectionToken<MetricSinkFactory> = Symbol.for('forge-ml.token.metric-sink');
export const COMMAND: InjectionToken<PluginCommand> = Symbol.for('forge-ml.token.command');
export const EXPORTER: InjectionToken<Exporter> = Symbol.for('forge-ml.token.exporter');
export const PREDICTOR: InjectionToken<Predictor> = Symbol.for('forge-ml.token.predictor');
