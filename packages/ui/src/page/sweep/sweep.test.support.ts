import type { SweepPage, SweepTrial } from '../../protocol/sweep-page.js';

export function sweepTrial(trial: number, state: SweepTrial['state'], rest: Partial<SweepTrial> = {}): SweepTrial {
  const run = `results/wide/${trial}`;
  return {
    trial,
    state,
    parameters: [trial / 10, 'relu'],
    values: null,
    reason: null,
    rungs: 0,
    steps: 100,
    runs: [run],
    ...rest,
  };
}

/** Four trials: two that completed, one that was stopped early, one that failed. */
export const wide: SweepPage = {
  ...{ id: 'results/wide', name: 'wide', status: 'running', reason: null, method: 'tpe' },
  objectives: [{ metric: 'valid.loss', direction: 'min' }],
  parameters: [
    { name: 'rate', range: '0..1', isLog: false, isCategory: false },
    { name: 'act', range: 'relu,tanh', isLog: false, isCategory: true },
  ],
  trials: [
    sweepTrial(1, 'completed', { values: [3] }),
    sweepTrial(2, 'failed', { reason: 'The loss is NaN.' }),
    sweepTrial(3, 'stopped', { values: [4], rungs: 1, parameters: [0.5, null] }),
    sweepTrial(4, 'completed', { values: [2] }),
  ],
  best: [4],
  counts: { waiting: 0, running: 0, paused: 0, completed: 2, stopped: 1, failed: 1 },
  ...{ seconds: 60, elapsed: 60, remaining: { trials: 6, steps: null, hours: null, seconds: 120 } },
  ...{ importance: [], commands: [] },
};

/** The same trials with a second objective. */
export const twoObjectives: SweepPage = {
  ...wide,
  objectives: [...wide.objectives, { metric: 'valid.auc', direction: 'max' }],
  trials: wide.trials.map((trial) => (trial.values === null ? trial : { ...trial, values: [trial.values[0]!, 0.5] })),
  best: [1, 4],
};
