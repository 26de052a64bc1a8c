import type { SweepFile, ViewedTrial } from '@forge-ml/core/sweeps';
import { formatNumber, printableText } from '@forge-ml/core/text';
import type { Colors } from '../../terminal/colors.js';
import { renderParameterValue } from './parameter-value.js';
import { renderTrialState } from './trial-state.js';

type LineOfTrial = Pick<ViewedTrial, 'trial' | 'state' | 'parameters' | 'values' | 'reason'> & {
  /** Whether it is the best so far, of several objectives on the Pareto front. */
  readonly best: boolean;
};

/** A trial that ended, or reached a rung, in one line. */
export function renderTrialLine(
  trial: LineOfTrial,
  { objectives }: Pick<SweepFile, 'objectives'>,
  colors: Colors,
): string {
  const { values, parameters, reason, best } = trial;
  const measured = (values ?? []).map((value, at) => {
    return `${colors.dim(printableText(objectives[at]?.metric ?? ''))} ${formatNumber(value)}`;
  });
  const chosen = Object.entries(parameters).map(
    ([name, value]) => `${colors.dim(printableText(name))} ${renderParameterValue(value)}`,
  );
  const bestName = objectives.length > 1 ? 'on the Pareto front' : 'best so far';
  return [
    `trial ${trial.trial}`,
    renderTrialState(trial.state, colors),
    ...measured,
    ...chosen,
    ...(best ? [colors.green(bestName)] : []),
    ...(reason === null || trial.state === 'completed' ? [] : [printableText(reason)]),
  ].join('  ');
}
