import type { JobResult } from '../../jobs/job.js';
import type { JournalEvent } from '../record/journal-event.js';
import type { SweepState } from '../record/sweep-state.js';
import type { SweepPorts } from './sweep-ports.js';

/** So many refused trials, and none that trained, are no accident of their parameters. */
const mostRefused = 3;

/** Notices when no trial of a sweep can start, as where the model does not report an objective. */
export class RefusedTrials {
  /** Those that were refused since this controller started: a later one tries again. */
  private readonly trials = new Set<number>();
  private first: string | null = null;
  private isNew = false;

  constructor(private readonly storage: Pick<SweepPorts['storage'], 'readRecord'>) {}

  /** A job of a trial ended. */
  note({ trial, result }: Pick<JournalEvent & { readonly type: 'job' }, 'trial' | 'result'>): void {
    if (result?.status !== 'refused') return;
    this.trials.add(trial);
    this.first ??= result.reason;
    this.isNew = true;
  }

  /** Why to stop the sweep; null while there is no reason to. */
  async reason(state: SweepState): Promise<string | null> {
    if (!this.isNew || this.trials.size < mostRefused) return null;
    this.isNew = false;
    if (state.trials.some(({ runs }) => runs.some(({ result }) => result !== null && hasTrained(result)))) return null;
    for (const { trial, repeat } of state.active.values()) {
      if ((await this.storage.readRecord(trial, repeat))?.run) return null;
    }
    const { name } = state.sweep;
    const cause = (this.first ?? 'no reason is known').replace(/\.$/, '');
    return `${this.trials.size} trials were refused, and none trained: ${cause}. Correct the cause and resume with \
forge sweep --resume ${name}, or start a new sweep.`;
  }
}

/** Whether a job got as far as training. */
function hasTrained({ status, step }: JobResult): boolean {
  return step > 0 || (status !== 'refused' && status !== 'interrupted');
}
