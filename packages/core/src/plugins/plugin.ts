import type { DependencyContainer, InjectionToken } from 'tsyringe';
import type { Backend } from '../backend/backend.js';
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

// Symbol.for: a second copy of this package in the process means the same tokens.
export const BACKEND: InjectionToken<Backend> = Symbol.for('forge-ml.token.backend');
export const METRIC_SINK: InjectionToken<MetricSinkFactory> = Symbol.for('forge-ml.token.metric-sink');
export const COMMAND: InjectionToken<PluginCommand> = Symbol.for('forge-ml.token.command');
