import type { Trial } from './try-faults.js';

/** A row for each trial, and a summary for each engine: how many faults were found by a test that names them. */
export function tableOfFaults(trials: readonly Trial[]): string {
  const rows = trials.map(({ group, fault, engine, caughtBy, impossible }) => {
    const found = impossible ? '(its sessions have no such thing)' : (caughtBy ?? 'NOT FOUND');
    return `| ${group} | ${fault} | ${engine} | ${found} |`;
  });
  const summary = [...new Set(trials.map(({ engine }) => engine))].map((engine) => {
    const all = trials.filter((trial) => trial.engine === engine);
    const possible = all.filter(({ impossible }) => !impossible);
    const found = possible.filter(({ caughtBy }) => caughtBy !== undefined);
    const share = ((100 * found.length) / Math.max(1, possible.length)).toFixed(1);
    return `${engine}: ${found.length} of ${possible.length} faults found, ${share} %; ${all.length - possible.length} need what it has not`;
  });
  return ['| group | fault | engine | found by |', '| --- | --- | --- | --- |', ...rows, '', ...summary].join('\n');
}
