import type { Trial } from './try-faults.js';

/** A row for each trial, and for each engine how many faults the expected tests found. */
export function tableOfFaults(trials: readonly Trial[]): string {
  const rows = trials.map(({ group, fault, engine, caughtBy, impossible }) => {
    const found = impossible ? '(not applicable)' : (caughtBy ?? 'NOT FOUND');
    return `| ${group} | ${fault} | ${engine} | ${found} |`;
  });
  const summary = [...new Set(trials.map(({ engine }) => engine))].map((engine) => {
    const all = trials.filter((trial) => trial.engine === engine);
    const possible = all.filter(({ impossible }) => !impossible);
    const found = possible.filter(({ caughtBy }) => caughtBy !== undefined);
    const share = ((100 * found.length) / Math.max(1, possible.length)).toFixed(1);
    return `${engine}: ${found.length} of ${possible.length} faults found, ${share} %; ${all.length - possible.length} not applicable`;
  });
  return ['| group | fault | engine | found by |', '| --- | --- | --- | --- |', ...rows, '', ...summary].join('\n');
}
