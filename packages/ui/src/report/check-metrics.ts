import { nearestName } from '@forge-ml/core/flags';
import { sampleMetrics } from '@forge-ml/core/manage';
import { ForgeError } from '@forge-ml/core/plugin';
import type { ViewedRun } from '../views/viewed-run.js';

/**
 * Checks the metrics that are asked for; each run needs only some of them.
 * @throws ForgeError METRIC_INVALID for one that no run has
 */
export async function checkMetrics(addresses: readonly string[], runs: readonly ViewedRun[]): Promise<void> {
  const known = new Set<string>();
  for (const { folder } of runs) {
    const sample = await sampleMetrics(folder.path).catch(() => undefined);
    for (const { split, name } of sample?.metrics ?? []) known.add(`${split}.${name}`);
  }
  const unknown = addresses.find((address) => !known.has(address));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, [...known]);
  const listed = [...known].slice(0, 12).join(', ');
  throw new ForgeError('METRIC_INVALID', `No run of the report has a metric ${unknown}.`, {
    about: unknown,
    hint: nearest === undefined ? `Available: ${listed || 'none yet'}.` : `Did you mean ${nearest}?`,
  });
}
