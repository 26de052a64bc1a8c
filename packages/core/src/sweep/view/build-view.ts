import { dominates } from '../halving/dominance.js';
import type { SweepState } from '../record/sweep-state.js';
import type { RunState, TrialState } from '../record/trial-state.js';
import type { SweepView, TrialCounts, ViewedController, ViewedRun, ViewedTrial } from './sweep-view.js';

/** Shows the state of a sweep. @param now ms since 1970; of a sweep that no controller works on, the last event's time */
export function buildView(
  state: SweepState,
  { folder, controller, now }: { folder: string; controller: ViewedController | null; now: number | null },
): SweepView {
  const trials = state.trials.map((trial) => viewedTrial(trial));
  const counts = { waiting: 0, running: 0, paused: 0, completed: 0, stopped: 0, failed: 0 };
  for (const { state } of trials) counts[state]++;
  const running = now === null || state.lastTime === null ? 0 : Math.max(0, now - state.lastTime);
  const elapsed = (state.elapsed + running) / 1000;
  const status = statusOf(state, counts, controller);
  return {
    folder,
    sweep: { ...state.sweep, budget: state.budget, space: state.space },
    status,
    reason: status === 'stopped' ? state.stopped : null,
    ...{ controller, trials, counts },
    best: bestOf(state),
    steps: state.steps,
    seconds: state.seconds,
    elapsed,
    remaining: remainingOf(state, counts, elapsed),
  };
}

function viewedTrial({
  trial,
  parameters,
  phase,
  end,
  values,
  reason,
  rungs,
  bracket,
  pruned,
  runs,
}: TrialState): ViewedTrial {
  const isSubmitted = runs.some(({ phase }) => phase === 'submitted');
  const shown = phase === 'ended' ? end! : phase === 'paused' ? 'paused' : isSubmitted ? 'running' : 'waiting';
  return { trial, parameters, state: shown, values, reason, rungs, bracket, pruned, runs: runs.map(viewedRun) };
}

function viewedRun({ number, attempts, losses, phase, result }: RunState): ViewedRun {
  return { number, attempts, losses, submitted: phase === 'submitted', result };
}

function statusOf(state: SweepState, counts: TrialCounts, controller: ViewedController | null): SweepView['status'] {
  // A process of another host counts as alive until its heartbeat was watched.
  if (controller !== null && controller.alive !== false) return 'running';
  if (state.stopped !== null) return 'stopped';
  return isCompleted(state, counts) ? 'completed' : 'unattended';
}

function isCompleted({ trials, budget, steps, elapsed, exhausted }: SweepState, counts: TrialCounts): boolean {
  if (trials.length === 0 || counts.waiting + counts.running + counts.paused > 0) return false;
  if (exhausted || (budget.trials !== null && trials.length >= budget.trials)) return true;
  if (budget.steps !== null && steps >= budget.steps) return true;
  if (budget.hours !== null && elapsed >= budget.hours * 3_600_000) return true;
  return false;
}

function bestOf({ trials, directions }: SweepState): number[] {
  const known = trials.filter(({ values, end }) => values !== null && end !== 'failed');
  let front: TrialState[] = [];
  for (const trial of known) {
    if (front.some((other) => dominates(other.values!, trial.values!, directions))) continue;
    front = front.filter((other) => !dominates(trial.values!, other.values!, directions));
    front.push(trial);
  }
  // Of one objective, equal values are all undominated: the first counts.
  if (directions.length === 1) return front.slice(0, 1).map(({ trial }) => trial);
  const sign = directions[0] === 'min' ? 1 : -1;
  front.sort((a, b) => sign * (a.values![0]! - b.values![0]!) || a.trial - b.trial);
  return front.map(({ trial }) => trial);
}

function remainingOf(
  { trials, budget, steps }: SweepState,
  counts: TrialCounts,
  elapsed: number,
): SweepView['remaining'] {
  const left = {
    trials: budget.trials === null ? null : Math.max(0, budget.trials - trials.length),
    steps: budget.steps === null ? null : Math.max(0, budget.steps - steps),
    hours: budget.hours === null ? null : Math.max(0, budget.hours - elapsed / 3600),
  };
  const ended = counts.completed + counts.stopped + counts.failed + counts.paused;
  const estimates: number[] = [];
  if (left.trials !== null && ended > 0) {
    estimates.push((elapsed / ended) * (left.trials + counts.waiting + counts.running));
  }
  if (left.steps !== null && steps > 0) estimates.push((elapsed / steps) * left.steps);
  if (left.hours !== null) estimates.push(left.hours * 3600);
  return { ...left, seconds: estimates.length === 0 ? null : Math.min(...estimates) };
}
