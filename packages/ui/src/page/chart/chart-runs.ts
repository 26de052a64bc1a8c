import type { CurvesOfRun } from '../../protocol/curves.js';
import type { RunId } from '../../protocol/overview.js';
import type { ChartRun } from './chart-data.js';

/**
 * How runs look in the charts of a page: colors that differ as long as there are enough, and stay those of the run in every
 * view.
 * @param known where they were resumed and have checkpoints, as the source answers with curves
 */
export function chartRuns(
  runs: readonly { readonly id: RunId; readonly label: string }[],
  known: readonly CurvesOfRun[] = [],
): readonly ChartRun[] {
  const byId = new Map(known.map((facts) => [facts.run, facts]));
  return runs.map(({ id, label }, at) => {
    const { resumes = [], checkpoints = [] } = byId.get(id) ?? {};
    return { id, label, color: at % 8, cycle: Math.floor(at / 8), resumes, checkpoints };
  });
}
