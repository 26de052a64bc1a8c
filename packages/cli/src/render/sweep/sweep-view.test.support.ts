import type { SweepView, ViewedTrial } from '@forge-ml/core/sweeps';

/** A trial of a sweep for tests. */
export function viewedTrial(trial: number, changes: Partial<ViewedTrial> = {}): ViewedTrial {
  const run = { number: trial, attempts: 1, losses: 0, submitted: false, result: null };
  return {
    ...{ trial, parameters: { learningRate: 0.001234567 / trial, hidden: 64 * trial }, state: 'completed' },
    ...{ values: [trial / 10], reason: null, rungs: 1, bracket: null, pruned: false, runs: [run] },
    ...changes,
  };
}

/** A sweep for tests. */
export function sweepView(trials: readonly ViewedTrial[], changes: Partial<SweepView> = {}): SweepView {
  const counts = { waiting: 0, running: 0, paused: 0, completed: 0, stopped: 0, failed: 0 };
  for (const { state } of trials) counts[state]++;
  const float = { kind: 'float', low: 1e-5, high: 1e-2, log: true, step: null, when: null } as const;
  return {
    folder: '/home/user/project/results/digits-sweep',
    sweep: {
      sweepVersion: 1,
      ...{ id: '1', name: 'digits-sweep', created: '2026-01-05T09:30:00.000Z', command: [], directory: '/' },
      space: { learningRate: float, hidden: { kind: 'choice', choices: [64, 128, 192, 256], when: null } },
      objectives: [{ metric: 'valid.loss', direction: 'min', value: 'best' }],
      method: { name: 'tpe', options: {} },
      ...{ seed: 0, halving: null, budget: { trials: 200, steps: null, hours: null }, repeat: 1, retries: 2 },
      ...{ failFast: false, prune: { kind: 'none' }, launcher: { name: 'local', flags: {} }, workers: 4 },
    },
    status: 'running',
    reason: null,
    controller: { process: { pid: 1, host: 'host', start: null }, alive: true, heartbeat: 0 } as never,
    trials,
    counts,
    best: [1],
    ...{ steps: 12_000, seconds: 4000, elapsed: 1200 },
    remaining: { trials: 200 - trials.length, steps: null, hours: null, seconds: 3600 },
    ...changes,
  };
}
