import type { ViewedTrial } from '@forge-ml/core/sweeps';
import type { Colors } from '../../terminal/colors.js';

export type TrialState = ViewedTrial['state'];

/** What the states are called; in the order in which counts are listed. */
export const stateNames: Readonly<Record<TrialState, string>> = {
  completed: 'completed',
  stopped: 'stopped early',
  failed: 'failed',
  running: 'running',
  paused: 'paused',
  waiting: 'waiting',
};

/** A state in its colour. */
export function renderTrialState(state: TrialState, colors: Colors): string {
  const name = stateNames[state];
  switch (state) {
    case 'completed':
      return colors.green(name);
    case 'running':
      return colors.cyan(name);
    case 'failed':
      return colors.red(name);
    case 'paused':
      return colors.yellow(name);
    default:
      return colors.dim(name);
  }
}
