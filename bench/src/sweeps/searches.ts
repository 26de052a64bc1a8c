import type { ParameterValues } from '@forge-ml/core/plugin';
import type { Contender } from './contenders.js';
import type { TestFunction } from './test-functions.js';

/** The best value above the least possible one, after a number of trials one after the other. */
export async function bestRegret(
  contender: Contender,
  { space, least, value }: TestFunction,
  seed: number,
  trials: number,
): Promise<number> {
  await contender.start(space, seed);
  let best = Number.POSITIVE_INFINITY;
  for (let trial = 1; trial <= trials; trial++) {
    const { values } = await contender.ask(trial);
    const measured = value(values);
    best = Math.min(best, measured);
    await contender.tell(trial, values, measured);
  }
  return best - least;
}

interface RunningTrial {
  readonly trial: number;
  readonly values: ParameterValues;
  readonly end: number;
}

/**
 * The best value above the least possible one at some times, with workers that train at the same time. Trials last from 10
 * to 50 minutes, each number the same for all contenders.
 * @param hours ascending
 */
export async function regretAtHours(
  contender: Contender,
  { space, least, value }: TestFunction,
  seed: number,
  workers: number,
  hours: readonly number[],
): Promise<number[]> {
  await contender.start(space, seed);
  const running: RunningTrial[] = [];
  const found: number[] = [];
  let [now, trial, best] = [0, 0, Number.POSITIVE_INFINITY];
  while (found.length < hours.length) {
    while (running.length < workers) {
      trial++;
      const { values } = await contender.ask(trial);
      running.push({ trial, values, end: now + hoursOf(trial, seed) });
    }
    const next = running.reduce((first, other) => (other.end < first.end ? other : first));
    running.splice(running.indexOf(next), 1);
    now = next.end;
    while (found.length < hours.length && hours[found.length]! < now) found.push(best - least);
    const measured = value(next.values);
    best = Math.min(best, measured);
    await contender.tell(next.trial, next.values, measured);
  }
  return found;
}

function hoursOf(trial: number, seed: number): number {
  const share = (trial * 0.6180339887 + seed * 0.7548776662) % 1;
  return (10 + 40 * share) / 60;
}
