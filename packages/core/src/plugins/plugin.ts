import type { DependencyContainer, InjectionToken } from 'tsyringe';
import type { Backend } from '../backend/backend.js';
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

// Symbol.for: a second copy of this package in the process means the same tokens.
export const BACKEND: InjectionToken<Backend> = Symbol.for('forge-ml.token.backend');
export const METRIC_SINK: InjectionToken<MetricSinkFactory> = Symbol.for('forge-ml.token.metric-sink');
