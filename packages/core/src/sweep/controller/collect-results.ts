import type { JobRecord } from '../../jobs/job.js';
import type { JobState } from '../../train/launch/job-launcher.js';
import type { JournalEvent } from '../record/journal-event.js';
import type { ActiveJob, SweepState } from '../record/sweep-state.js';
import { keyOf } from '../record/sweep-state.js';
import type { SweepPorts } from './sweep-ports.js';

type JobEnd = Omit<JournalEvent & { readonly type: 'job' }, 'time'>;

/** How long a result that another machine wrote may stay invisible on a shared file system, ms. */
const visibleAfter = 10_000;

/** How many record files are read at once. */
const readsAtOnce = 16;

/** Finds the jobs that ended, and what they recorded. */
export class ResultCollector {
  /** Jobs that ended in order, but whose result is not visible yet: since when. */
  private readonly invisible = new Map<string, number>();

  constructor(private readonly ports: Pick<SweepPorts, 'launcher' | 'storage' | 'clock'>) {}

  /** Whether to look again soon. */
  get isWaiting(): boolean {
    return this.invisible.size > 0;
  }

  /**
   * The jobs that ended since the last call, in the order they were submitted.
   * @throws what the launcher throws, as when its cluster is down
   */
  async collect(state: SweepState): Promise<readonly JobEnd[]> {
    const jobs = [...state.active.values()].filter(({ id }) => id !== null);
    if (jobs.length === 0) return [];
    const states = await this.ports.launcher.query(jobs.map(({ id }) => id!));
    const ended = jobs.flatMap((job, at) => (hasEnded(states[at]) ? [{ job, how: states[at]! }] : []));
    const ends: JobEnd[] = [];
    for (let first = 0; first < ended.length; first += readsAtOnce) {
      const some = ended.slice(first, first + readsAtOnce);
      const records = await Promise.all(some.map(({ job }) => this.ports.storage.readRecord(job.trial, job.repeat)));
      some.forEach(({ job, how }, at) => {
        const end = this.endOf(job, how, records[at]!);
        if (end !== null) ends.push(end);
      });
    }
    return ends;
  }

  private endOf(job: ActiveJob, how: JobState, record: JobRecord | null): JobEnd | null {
    const { trial, repeat, attempt } = job;
    const own = record?.attempt === attempt ? record : null;
    const result = own?.result ?? null;
    if (result === null && how.status === 0 && this.mayStillAppear(keyOf(job))) return null;
    this.invisible.delete(keyOf(job));
    const reason = result === null ? (how.reason ?? statusText(how)) : null;
    return { type: 'job', trial, repeat, attempt, run: own?.run?.number ?? null, result, reason };
  }

  /** A process on this machine sees what another wrote at once. */
  private mayStillAppear(key: string): boolean {
    if (this.ports.launcher.slots !== null) return false;
    const now = this.ports.clock.now();
    const since = this.invisible.get(key) ?? now;
    this.invisible.set(key, since);
    return now - since < visibleAfter;
  }
}

function hasEnded(state: JobState | undefined): boolean {
  return state?.state === 'ended' || state?.state === 'unknown';
}

function statusText({ state, status }: JobState): string {
  if (state === 'unknown') return 'its process is gone';
  return status === null ? 'it ended without a result' : `it ended without a result, with exit status ${status}`;
}
