import { bracketOf } from '../halving/rung-levels.js';
import type { JournalEvent, SubmittedJob } from '../record/journal-event.js';
import type { SweepState } from '../record/sweep-state.js';
import type { ParameterValues } from '../space/space.js';

/** Methods whose choices do not depend on results. */
const needNoResults: readonly string[] = ['grid', 'random', 'sobol'];

/** The largest batch: a cluster's limit on arrays is often 1,000. */
const largestBatch = 1000;

/** Whether all trials may be given to a cluster at once. */
export function queuesAhead({ sweep, budget }: SweepState): boolean {
  const limited = budget.steps !== null || budget.hours !== null;
  return needNoResults.includes(sweep.method.name) && sweep.halving === null && !limited;
}

/** How many jobs may be submitted now. @param slots of the launcher; null where the cluster decides */
export function freeSlots(state: SweepState, slots: number | null): number {
  const { workers } = state.sweep;
  const active = state.active.size;
  if (slots !== null) return Math.max(0, Math.min(slots, workers ?? slots) - active);
  if (!queuesAhead(state)) return Math.max(0, (workers ?? 1) - active);
  // The cluster limits the jobs of one batch only, so a second one must fit beside it.
  if (workers === null || active === 0) return Math.max(0, largestBatch - active);
  return Math.max(0, workers - active);
}

/** Which limit of the budget is used up, as a reason; null while there is none. @param now ms since 1970 */
export function usedUp({ budget, steps, elapsed, lastTime }: SweepState, now: number): string | null {
  if (budget.steps !== null && steps >= budget.steps) return `the budget of ${budget.steps} steps is used up`;
  const hours = (elapsed + Math.max(0, now - (lastTime ?? now))) / 3_600_000;
  if (budget.hours !== null && hours >= budget.hours) return `the budget of ${budget.hours} hours is used up`;
  return null;
}

export interface Chooser {
  readonly state: SweepState;
  readonly now: number;
  /** The sampler's choice for a trial; null once there are no more. */
  ask(trial: number): ParameterValues | null;
  /** Adds the event of a new trial. */
  record(event: Omit<JournalEvent & { readonly type: 'trial' }, 'time'>): void;
}

/** Chooses jobs: runs that wait, then promotions, then new trials. @param count at most so many */
export function chooseJobs({ state, now, ask, record }: Chooser, count: number): SubmittedJob[] {
  const jobs: SubmittedJob[] = [];
  const mayGrow = usedUp(state, now) === null;
  while (jobs.length < count) {
    const [key] = state.waiting.keys();
    if (key !== undefined) {
      const { trial, repeat } = state.waiting.get(key)!;
      state.waiting.delete(key);
      jobs.push(state.jobOf(trial, repeat));
      continue;
    }
    if (!mayGrow) break;
    const promoted = state.brackets?.next();
    if (promoted !== undefined) {
      state.promote(promoted);
      continue;
    }
    const trial = state.trials.length + 1;
    if (state.budget.trials !== null && trial > state.budget.trials) break;
    const parameters = ask(trial);
    if (parameters === null) break;
    const { halving } = state.sweep;
    record({ type: 'trial', trial, parameters, bracket: halving === null ? null : bracketOf(halving, trial) });
  }
  return jobs;
}
