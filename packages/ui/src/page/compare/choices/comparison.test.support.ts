import type { ComparedMetric, ComparedRun, ComparisonRow, ComparisonView } from '../../../protocol/comparison.js';

export function comparedRun(number: number, configuration = String(number)): ComparedRun {
  const id = `results/churn/${number}`;
  const facts = { name: '', status: 'completed', created: number, seconds: 60, step: 100 } as const;
  return { id, label: `churn/${number}`, configuration, ...facts };
}

export function comparedMetric(
  address: string,
  direction: 'min' | 'max' | null,
  best: readonly (number | null)[],
  last = best,
): ComparedMetric {
  const dot = address.indexOf('.');
  const names = { address, split: address.slice(0, dot), name: address.slice(dot + 1) };
  return { ...names, direction, best, bestSteps: best.map((value) => (value === null ? null : 10)), last };
}

export function comparisonRow(
  group: ComparisonRow['group'],
  name: string,
  values: ComparisonRow['values'],
): ComparisonRow {
  return { group, name, values, equal: values.every((value) => value === values[0]) };
}

/** Two seeds of `hidden 64`, and a run with `hidden 32`. */
export const threeRuns: ComparisonView = {
  runs: [comparedRun(1, '0'), comparedRun(2, '0'), comparedRun(3, '1')],
  rows: [
    comparisonRow('flags', 'hidden', [64, 64, 32]),
    comparisonRow('flags', 'seed', [1, 2, 1]),
    comparisonRow('flags', 'batch', [8, 8, 8]),
    comparisonRow('versions', 'node', ['20', '22', '20']),
  ],
  metrics: [
    comparedMetric('train.loss', null, [null, null, null], [0.3, 0.2, 0.4]),
    comparedMetric('valid.loss', 'min', [0.5, 0.4, null]),
    comparedMetric('valid.auc', 'max', [0.8, 0.9, 0.7]),
    comparedMetric('system.memory', null, [null, null, null], [1, 2, 3]),
  ],
  failed: [],
};
