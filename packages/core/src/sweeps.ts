/** Reading sweeps: `@forge-ml/core/sweeps`, which loads no training code. */

export type { JobResult, Objective } from './jobs/job.js';
export type { ReportedTrial, SubmittedTrial, SweepEnd, SweepHooks } from './sweep/controller/sweep-hooks.js';
export { type MeasuredTrial, parameterImportance } from './sweep/importance/parameter-importance.js';
export type { Budget, Halving, Method, Prune, SweepFile } from './sweep/record/sweep-file.js';
export { describeParameter } from './sweep/space/describe-parameter.js';
export type { Parameter, ParameterValue, ParameterValues, Space } from './sweep/space/space.js';
export { type NextCommand, nextCommand, placeOf } from './sweep/view/next-command.js';
export { rankTrials } from './sweep/view/rank-trials.js';
export { readReport } from './sweep/view/read-report.js';
export { readSweep } from './sweep/view/read-sweep.js';
export type { SweepReport } from './sweep/view/sweep-report.js';
export type {
  RemainingWork,
  SweepView,
  TrialCounts,
  ViewedController,
  ViewedRun,
  ViewedTrial,
} from './sweep/view/sweep-view.js';
