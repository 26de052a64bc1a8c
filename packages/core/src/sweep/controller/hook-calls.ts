import { dominates } from '../halving/dominance.js';
import type { JournalEvent, SubmittedJob } from '../record/journal-event.js';
import type { SweepState } from '../record/sweep-state.js';
import type { TrialState } from '../record/trial-state.js';
import type { ReportedTrial, SweepHooks } from './sweep-hooks.js';
import type { Clock } from './sweep-ports.js';

/** How often a change is reported, ms. */
const changeInterval = 1000;

/** Calls the hooks of a controller. */
export class HookCalls {
  private lastChange = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly hooks: SweepHooks,
    private readonly clock: Clock,
  ) {}

  /** Before the event `submit`. */
  submitted({ trial, repeat }: SubmittedJob, { trials }: SweepState): void {
    const { parameters, runs } = trials[trial - 1]!;
    this.hooks.onSubmit?.({ trial, repeat, parameters, continued: runs[repeat]!.result !== null });
  }

  /** After the event. @param before the phase of the trial before it */
  jobEnded(job: Omit<JournalEvent & { readonly type: 'job' }, 'time'>, state: SweepState, before: string): void {
    const trial = state.trials[job.trial - 1]!;
    const { trial: number, repeat, result, reason } = job;
    if (result === null && trial.runs[repeat]!.phase === 'waiting') {
      this.hooks.onRetry?.({ trial: number, repeat, reason: reason ?? '' });
    }
    if (trial.phase === 'paused' && before !== 'paused') this.trial(trial, state);
  }

  /** A trial is paused or has ended. */
  trial(trial: TrialState, state: SweepState): void {
    if (this.hooks.onTrial === undefined) return;
    const { trial: number, parameters, phase, end, values, reason, runs } = trial;
    const reported: ReportedTrial = {
      ...{ trial: number, parameters, values, reason },
      state: phase === 'paused' ? 'paused' : end!,
      runs: runs.flatMap((run) => run.number ?? []),
      best: isBest(trial, state),
    };
    this.hooks.onTrial(reported);
  }

  launcherFailed(error: unknown, seconds: number): void {
    this.hooks.onLauncherFailure?.({ error, seconds });
  }

  warn(message: string): void {
    this.hooks.onWarning?.(message);
  }

  change(now = false): void {
    if (!now && this.clock.now() - this.lastChange < changeInterval) return;
    this.lastChange = this.clock.now();
    this.hooks.onChange?.();
  }
}

/** Whether no other trial is better so far; of equal ones the first. */
function isBest({ trial, values, end }: TrialState, { trials, directions }: SweepState): boolean {
  if (values === null || end === 'failed') return false;
  return !trials.some((other) => {
    if (other.values === null || other.end === 'failed' || other.trial === trial) return false;
    if (dominates(other.values, values, directions)) return true;
    return other.trial < trial && other.values.every((value, at) => value === values[at]);
  });
}
