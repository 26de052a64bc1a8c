import { runColors } from '@forge-ml/plot';
import type { CurvesOfRun } from '../../protocol/curves.js';
import type { RunId } from '../../protocol/overview.js';
import type { ChartRun } from './chart-data.js';

/**
 * How runs look in the charts of a page. A run has the same color in every view, unless another run of the page has it.
 * @param known where they were resumed and have checkpoints, as the source answers with curves
 */
export function chartRuns(
  runs: readonly { readonly id: RunId; readonly label: string }[],
  known: readonly CurvesOfRun[] = [],
): readonly ChartRun[] {
  const colors = runColors(runs.map(({ id }) => partsOf(id)));
  const byId = new Map(known.map((facts) => [facts.run, facts]));
  return runs.map(({ id, label }, at) => {
    const { resumes = [], checkpoints = [] } = byId.get(id) ?? {};
    return { id, label, ...colors[at]!, resumes, checkpoints };
  });
}

/** @param id `FOLDER/EXPERIMENT/NUMBER` */
function partsOf(id: RunId): { readonly experiment: string; readonly number: number } {
  const parts = id.split('/');
  return { experiment: parts.slice(1, -1).join('/'), number: Number(parts.at(-1)) };
}
