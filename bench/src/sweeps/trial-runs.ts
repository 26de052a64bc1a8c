import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the run folders that simulated trials have not made, so that listing a sweep's folder takes what it would. */
export function writeTrialRuns(folder: string, sweep: string, trials: number): void {
  for (let trial = 1; trial <= trials; trial++) {
    const path = join(folder, 'results', sweep, String(trial));
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'run.json'), '{}\n');
  }
}
