import { join } from 'node:path';
import { type FollowedRun, followRun } from '@forge-ml/core/runs';
import type { SweepView } from '@forge-ml/core/sweeps';

/** How far a run is. */
export interface RunStep {
  readonly step: number;
  readonly totalSteps: number | null;
  /** The last value of the first objective; null before the first. */
  readonly last: number | null;
}

/** Runs that are looked at: more fit on no screen. */
const most = 32;

/** Follows the runs of running trials. Reads only what they have written since the last look. */
export class RunningTrials {
  private followed = new Map<number, FollowedRun>();

  /** @returns how far each is, by the number of its run */
  async look({ folder, sweep, trials }: Pick<SweepView, 'folder' | 'sweep' | 'trials'>): Promise<Map<number, RunStep>> {
    const running = trials.filter(({ state }) => state === 'running').slice(0, most);
    const numbers = running.flatMap(({ runs }) =>
      runs.flatMap(({ number, submitted }) => (submitted && number !== null ? [number] : [])),
    );
    const followed = new Map<number, FollowedRun>();
    const steps = new Map<number, RunStep>();
    for (const number of numbers) {
      const place = { path: join(folder, String(number)), experiment: sweep.name, number };
      const metrics = sweep.objectives.slice(0, 1).map(({ metric, direction }) => `${metric}:${direction}`);
      try {
        const run = this.followed.get(number) ?? (await followRun(place, { metrics }));
        followed.set(number, run);
        const { step, totalSteps, curve } = await run.poll();
        steps.set(number, { step, totalSteps, last: curve?.last?.value ?? null });
      } catch {
        // A run that only starts, or that has just ended: the sweep itself says what became of it.
      }
    }
    this.followed = followed;
    return steps;
  }
}
