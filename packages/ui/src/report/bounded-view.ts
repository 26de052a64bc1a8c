import type { RunView } from '../protocol/run-view.js';
import { runView } from '../views/run-view.js';
import type { ViewedRun } from '../views/viewed-run.js';
import { withChosenMetrics } from './chosen-metrics.js';
import { most, type ReportOptions, type RunLimits } from './report-options.js';

/** What a report shows of a run, besides its curves and texts. */
export interface BoundedView {
  readonly view: RunView;
  readonly omittedMetrics: number;
  readonly omittedCheckpoints: number;
  readonly omittedParameters: number;
}

/** A run as it was asked for, with its first metrics, its newest checkpoints and the first parameters of its model. */
export async function boundedView(run: ViewedRun, options: ReportOptions, limits: RunLimits): Promise<BoundedView> {
  const all = await runView(run);
  const wanted = options.metrics ?? all.metrics.slice(0, most.metricsOfRun).map(({ address }) => address);
  const chosen = withChosenMetrics(withoutOmitted(all, options), wanted);
  const checkpoints = chosen.checkpoints.slice(-limits.checkpoints);
  const parameters = chosen.parameters.slice(0, limits.parameters);
  return {
    view: { ...chosen, checkpoints, parameters },
    omittedMetrics: all.metrics.length - Math.min(chosen.metrics.length, limits.curves),
    omittedCheckpoints: all.checkpoints.length - checkpoints.length,
    omittedParameters: all.parameters.length - parameters.length,
  };
}

/** What a person does not want to send is not named either. */
function withoutOmitted(view: RunView, { code, log }: ReportOptions): RunView {
  return {
    ...view,
    ...(code ? {} : { code: { ...view.code, versions: [], hasDiff: false } }),
    ...(log ? {} : { log: null }),
  };
}
