import { join } from 'node:path';
import type { FlagSpecs } from '../../config/flags/flag.js';
import { MediaLog } from '../../metrics/media/media-log.js';
import type { MetricSink } from '../../metrics/metric-sink.js';
import { JsonLinesSink } from '../../metrics/sinks/json-lines-sink.js';
import { MetricHub } from '../../metrics/sinks/metric-hub.js';
import { PluginSink } from '../../metrics/sinks/plugin-sink.js';
import { EventFileSink } from '../../metrics/tensorboard/event-file-sink.js';
import type { PluginRun } from '../../plugins/contract/plugin-run.js';
import type { RunFolder } from '../../run/folder/run-folder.js';
import { checkHooks } from '../../train/hooks/check-hooks.js';
import { HookHub } from '../../train/hooks/hook-hub.js';
import type { RunHooks } from '../../train/hooks/run-hooks.js';
import type { PreparedRun } from '../prepare/prepared-run.js';
import type { Services } from '../services/services.js';

/** The sinks and hooks that a run reports to. */
export interface OpenSinks {
  readonly metrics: MetricSink;
  /** Those of plugins. */
  readonly hooks: RunHooks;
}

/**
 * Opens a run's own two files of metrics, and the sinks and hooks of plugins that it asks for.
 * @throws ForgeError where one of them cannot be opened; the others are closed then
 */
export async function openSinks(
  services: Services,
  folder: RunFolder,
  resumedAt: number | null,
  { values, plugins }: Pick<PreparedRun, 'values' | 'plugins'>,
): Promise<OpenSinks> {
  const { warn } = services.environment;
  const sinks: Record<string, MetricSink> = {};
  // By any name, `__proto__` too.
  const hooks: Record<string, RunHooks> = Object.create(null);
  const runFor = (flags: FlagSpecs): PluginRun => ({
    folder: folder.path,
    id: `${folder.experiment}/${folder.number}`,
    resumedAt,
    flags: Object.fromEntries(Object.keys(flags).map((name) => [name, values[name]])) as PluginRun['flags'],
    config: values,
    warn,
  });
  try {
    sinks['metrics.jsonl'] = new JsonLinesSink(join(folder.path, 'metrics.jsonl'));
    sinks['media.jsonl'] = new MediaLog(folder.path);
    sinks['the TensorBoard event file'] = new EventFileSink(folder.path, { resumedAt });
    for (const { name, make, flags } of plugins.sinks) {
      sinks[`the sink ${name}`] = new PluginSink(await make(runFor(flags)));
    }
    for (const { name, make, flags } of plugins.hooks) {
      const made = await make(runFor(flags));
      checkHooks(made, `The hook ${name}`, 'PLUGIN_INVALID');
      hooks[name] = made;
    }
  } catch (error) {
    await new MetricHub(sinks, () => undefined).close();
    throw error;
  }
  return { metrics: new MetricHub(sinks, warn), hooks: new HookHub(hooks, warn) };
}
