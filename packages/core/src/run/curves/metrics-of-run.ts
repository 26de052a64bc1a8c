import { join } from 'node:path';
import { ForgeError } from '../../errors/forge-error.js';
import { readMetrics } from '../../metrics/log/read-metrics.js';
import { nameOfMetric } from '../../metrics/metric-address.js';
import { nearestName } from '../../text/flag-names.js';
import type { RunFolder } from '../folder/run-folder.js';

/** More than any run logs. A larger list would fill the memory. */
const mostMetrics = 10_000;

/** The addresses of all metrics that a run has logged, sorted. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function metricsOfRun(run: string): Promise<string[]> {
  const found = new Set<string>();
  for await (const { split, values } of readMetrics(join(run, 'metrics.jsonl'))) {
    for (const name in values) found.add(nameOfMetric({ split, name }));
    if (found.size > mostMetrics) break;
  }
  return [...found].sort();
}

/** An error for a metric that a run does not have: names the nearest one, and what it has. */
export async function unknownMetric(run: RunFolder, metric: string): Promise<ForgeError> {
  const logged = await metricsOfRun(run.path);
  const name = `${run.experiment}/${run.number}`;
  const nearest = nearestName(metric, logged);
  const has = logged.length === 0 ? `${name} has logged no metrics yet.` : `It has ${listed(logged)}.`;
  return new ForgeError('METRIC_INVALID', `${name} has no metric ${metric}.`, {
    about: metric,
    hint: nearest === undefined ? has : `Did you mean ${nearest}? ${has}`,
  });
}

const mostListed = 12;

function listed(names: readonly string[]): string {
  const more = names.length - mostListed;
  return `${names.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
