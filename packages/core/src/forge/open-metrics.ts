import { join } from 'node:path';
import type { DependencyContainer } from 'tsyringe';
import { JsonLinesSink } from '../metrics/json-lines-sink.js';
import { MetricHub } from '../metrics/metric-hub.js';
import type { MetricSink } from '../metrics/metric-sink.js';
import { EventFileSink } from '../metrics/tensorboard/event-file-sink.js';
import { METRIC_SINK } from '../plugins/plugin.js';
import type { RunFolder } from '../run/run-folder.js';
import { WORKPLACE } from './container.js';

/** Opens every place a run's metrics go: its own two files, and what plugins registered. */
export function openMetrics(container: DependencyContainer, folder: RunFolder, resumedAt: number | null): MetricSink {
  const sinks: Record<string, MetricSink> = {
    'metrics.jsonl': new JsonLinesSink(join(folder.path, 'metrics.jsonl')),
    'the TensorBoard event file': new EventFileSink(folder.path, { resumedAt }),
  };
  const id = `${folder.experiment}/${folder.number}`;
  const factories = container.isRegistered(METRIC_SINK, true) ? container.resolveAll(METRIC_SINK) : [];
  factories.forEach((open, index) => {
    sinks[`the metric sink of plugin ${index + 1}`] = open({ folder: folder.path, id, resumedAt });
  });
  return new MetricHub(sinks, container.resolve(WORKPLACE).warn);
}
