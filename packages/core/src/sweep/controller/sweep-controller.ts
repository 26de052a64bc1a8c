import { ForgeError, messageOf } from '../../errors/forge-error.js';
import type { Job } from '../../jobs/job.js';
import { currentProcess } from '../../run/record/host-info.js';
import type { JobBatch } from '../../train/launch/job-launcher.js';
import { neverStop, type StopRequest } from '../../train/stop/stop-request.js';
import type { JournalEvent, SubmittedJob } from '../record/journal-event.js';
import type { SweepState } from '../record/sweep-state.js';
import type { TrialState } from '../record/trial-state.js';
import { chooseJobs, freeSlots, usedUp } from './choose-jobs.js';
import { ResultCollector } from './collect-results.js';
import { HookCalls } from './hook-calls.js';
import { PrunePolicy } from './prune-policy.js';
import { RefusedTrials } from './refused-trials.js';
import type { SamplerFeed } from './sampler-feed.js';
import type { SweepEnd, SweepHooks } from './sweep-hooks.js';
import type { SweepPorts } from './sweep-ports.js';
import { addedBudget, type SweepRequestMessage } from './sweep-requests.js';
import { WakeUp } from './wake-up.js';

/** Without the date, which the controller adds. */
type NewEvent = JournalEvent extends infer E ? (E extends JournalEvent ? Omit<E, 'time'> : never) : never;

/** How often to look for requests, and to show that the controller is alive, ms. */
const requestInterval = 2_000;
const beatInterval = 10_000;

/** How often to ask a launcher that reports changes by itself, ms. */
const queryInterval = 30_000;

/** How long to wait after the launcher failed, ms: doubled each time up to the longest. */
const firstBackoff = 5_000;
const longestBackoff = 300_000;

const byCommand = { status: 'stopped', reason: 'forge sweep stop' } as const;

/**
 * The loop of a sweep: chooses jobs while there are free slots, submits them, reads their results. It keeps no state that
 * the journal does not have, so that another controller can go on wherever this one ends.
 */
export class SweepController {
  private readonly buffer: JournalEvent[] = [];
  private readonly collector: ResultCollector;
  private readonly pruning = new PrunePolicy();
  private readonly refused: RefusedTrials;
  private readonly wakeUp: WakeUp;
  private readonly calls: HookCalls;
  private readonly end = new AbortController();
  /** Trials whose checkpoints could not be removed. */
  private readonly unprunable = new Set<number>();
  private ended: TrialState[] = [];
  private isWatching = false;
  private queryDue = true;
  private nextQuery = 0;
  private nextRequests = 0;
  private nextBeat = 0;
  private retryAt = 0;
  private failures = 0;
  private requested: { readonly now: boolean } | undefined;
  /** Set once the sweep is being stopped. */
  private stopping: Pick<SweepEnd, 'status' | 'reason'> | null = null;

  constructor(
    readonly state: SweepState,
    private readonly feed: SamplerFeed,
    private readonly ports: SweepPorts,
    private readonly stop: StopRequest = neverStop,
    hooks: SweepHooks = {},
  ) {
    this.collector = new ResultCollector(ports);
    this.refused = new RefusedTrials(ports.storage);
    this.wakeUp = new WakeUp(ports.clock);
    this.calls = new HookCalls(hooks, ports.clock);
  }

  /**
   * Works until nothing is left to do, or the sweep is stopped.
   * @throws ForgeError of the launcher, if it fails before any job of the sweep was started; RUN_LOCKED when another
   * process controls the sweep now; FILE_SYSTEM
   */
  async run(): Promise<SweepEnd> {
    await this.begin();
    const unlisten = this.stop.onStop(() => this.stopRequested());
    try {
      for (;;) {
        await this.takeRequests();
        await this.collect();
        this.endTrials();
        if (await this.isStopped()) return await this.finish(this.stopping!);
        await this.submitMore();
        await this.flush(false);
        await this.prune();
        if (this.isDone()) return await this.finish({ status: 'completed', reason: usedUp(this.state, this.now) });
        this.calls.change();
        await this.pause();
      }
    } finally {
      unlisten();
      this.end.abort();
    }
  }

  /** Ends the sweep, as a request of `forge sweep stop` does. */
  requestStop(now: boolean): void {
    this.requested = { now };
    this.wakeUp.wake();
  }

  private get now(): number {
    return this.ports.clock.now();
  }

  private async begin(): Promise<void> {
    this.record({ type: 'controller', process: currentProcess() });
    await this.flush(true);
    for (const trial of this.state.trials) if (trial.phase === 'ended') this.ended.push(trial);
    // A request to stop was for the controller before this one.
    const requests = await this.ports.storage.requests();
    for (const { kind, file } of requests) if (kind === 'stop') await this.ports.storage.removeRequest(file);
    this.nextBeat = this.now + beatInterval;
  }

  /** Adds an event: to the state, to the sampler, and to what is written next. */
  private record(event: NewEvent): void {
    const dated = { time: this.now, ...event } as JournalEvent;
    this.feed.follow(dated, this.state.apply(dated), this.state);
    this.buffer.push(dated);
  }

  private async flush(sync: boolean): Promise<void> {
    const events = this.buffer.splice(0);
    if (events.length > 0) await this.ports.storage.append(events, { sync });
  }

  private async takeRequests(): Promise<void> {
    const { requested } = this;
    this.requested = undefined;
    if (requested !== undefined) await this.beginStop(byCommand, requested.now);
    if (this.now < this.nextRequests) return;
    this.nextRequests = this.now + requestInterval;
    for (const request of await this.ports.storage.requests()) {
      if (request.kind === 'stop') await this.beginStop(byCommand, request.now);
      else await this.change(request);
      await this.flush(true);
      await this.ports.storage.removeRequest(request.file);
    }
  }

  private async change({ file, budget, space }: SweepRequestMessage & { readonly kind: 'add' }): Promise<void> {
    const { state } = this;
    if (state.requests.has(file)) return;
    const used = { trials: state.trials.length, steps: state.steps, hours: state.elapsed / 3_600_000 };
    const changed = addedBudget(state.budget, budget, used);
    if (space !== null) await this.feed.prepare(space);
    this.record({ type: 'change', budget: changed, ...(space === null ? {} : { space }), request: file });
  }

  private async collect(): Promise<void> {
    if (!this.queryDue && this.now < this.nextQuery) return;
    const { changed, pollSeconds = 5 } = this.ports.launcher;
    this.queryDue = false;
    this.nextQuery = this.now + (changed === undefined ? pollSeconds * 1000 : queryInterval);
    // Before the query: a change during it is not missed.
    this.watch();
    try {
      for (const end of await this.collector.collect(this.state)) {
        const { phase: before } = this.state.trials[end.trial - 1]!;
        this.record(end);
        this.refused.note(end);
        this.calls.jobEnded(end, this.state, before);
      }
      if (this.collector.isWaiting) this.nextQuery = Math.min(this.nextQuery, this.now + 1000);
      if (this.state.unconfirmed.size === 0) this.failures = 0;
    } catch (error) {
      this.launcherFailed(error);
      this.nextQuery = this.retryAt;
    }
  }

  private watch(): void {
    const { launcher } = this.ports;
    if (launcher.changed === undefined || this.isWatching) return;
    this.isWatching = true;
    const noticed = () => {
      this.isWatching = false;
      this.queryDue = true;
      this.wakeUp.wake();
    };
    // What failed is asked for again at the next query.
    launcher.changed(this.end.signal).then(noticed, () => {
      this.isWatching = false;
    });
  }

  /** Records the end of each trial whose runs have all ended. */
  private endTrials(): void {
    for (const trial of [...this.state.training.values()]) {
      const verdict = this.state.verdict(trial);
      if (verdict !== null) this.endTrial(trial, verdict);
    }
  }

  private endTrial(trial: TrialState, end: Omit<NewEvent & { readonly type: 'end' }, 'type' | 'trial'>): void {
    this.record({ type: 'end', trial: trial.trial, ...end });
    this.ended.push(trial);
    this.calls.trial(trial, this.state);
  }

  /** Whether the sweep is being stopped and its jobs have ended, as far as it waits for them. */
  private async isStopped(): Promise<boolean> {
    const failed = this.state.sweep.failFast ? this.state.trials.find(({ end }) => end === 'failed') : undefined;
    if (failed !== undefined) {
      await this.beginStop({ status: 'stopped', reason: `trial ${failed.trial} failed: ${failed.reason}` });
    }
    const refused = await this.refused.reason(this.state);
    if (refused !== null) await this.beginStop({ status: 'stopped', reason: refused });
    const { reason } = this.stop;
    if (reason !== undefined && this.stopping === null) {
      // Jobs on a cluster go on; those of this machine save and stop.
      if (this.ports.launcher.slots === null) this.stopping = { status: 'interrupted', reason };
      else await this.beginStop({ status: 'interrupted', reason });
    }
    if (this.stopping === null) return false;
    if (this.stopping.status === 'interrupted' && this.ports.launcher.slots === null) return true;
    return [...this.state.active.values()].every(({ id }) => id === null);
  }

  private async beginStop(stopping: Pick<SweepEnd, 'status' | 'reason'>, now = false): Promise<void> {
    if (this.stopping === null) {
      this.stopping = stopping;
      this.record({ type: 'stop', reason: stopping.reason ?? '' });
      await this.flush(true);
    } else if (!now) return;
    await this.cancel(now);
  }

  private stopRequested(): void {
    // The second signal ends the jobs at once.
    if (this.stopping !== null) void this.cancel(true);
    this.wakeUp.wake();
  }

  private async cancel(now: boolean): Promise<void> {
    const ids = [...this.state.active.values()].flatMap(({ id }) => id ?? []);
    try {
      if (ids.length > 0) await this.ports.launcher.cancel(ids, { now });
    } catch (error) {
      this.launcherFailed(error);
    }
  }

  private async submitMore(): Promise<void> {
    if (this.stopping !== null || this.now < this.retryAt) return;
    for (const batch of this.state.unconfirmed.keys()) if (!(await this.confirm(batch))) return;
    const count = freeSlots(this.state, this.ports.launcher.slots);
    const jobs = chooseJobs(
      {
        state: this.state,
        now: this.now,
        ask: (trial) => this.askFor(trial),
        record: (event) => this.record(event),
      },
      count,
    );
    if (jobs.length === 0) return;
    const batch = this.state.batches + 1;
    for (const job of jobs) this.calls.submitted(job, this.state);
    this.record({ type: 'submit', batch, jobs });
    await this.flush(true);
    await this.submit(batch);
  }

  private askFor(trial: number): ReturnType<SamplerFeed['ask']> {
    if (this.state.exhausted) return null;
    const parameters = this.feed.ask(trial);
    if (parameters === null) this.record({ type: 'exhausted' });
    return parameters;
  }

  /** Submits a batch whose submission was interrupted or failed, unless it has started. */
  private async confirm(batch: number): Promise<boolean> {
    const { jobs } = this.state.unconfirmed.get(batch)!;
    if (!jobs.some((job) => this.isOpen(batch, job))) {
      this.state.unconfirmed.delete(batch);
      return true;
    }
    try {
      const { name, folder, count } = this.batchOf(batch, jobs.length);
      const ids = await this.ports.launcher.find({ name, folder, count });
      if (ids === null) return await this.submit(batch);
      await this.submitted(batch, ids);
      return true;
    } catch (error) {
      this.launcherFailed(error);
      return false;
    }
  }

  private isOpen(batch: number, { trial, repeat }: SubmittedJob): boolean {
    return this.state.active.get(`${trial}/${repeat}`)?.batch === batch;
  }

  private async submit(batch: number): Promise<boolean> {
    const { jobs } = this.state.unconfirmed.get(batch)!;
    // After the journal has them: a file that a power cut took is written again.
    await this.ports.storage.writeJobs(
      batch,
      jobs.map((job) => this.jobOf(job)),
    );
    let ids: readonly string[];
    try {
      ids = await this.ports.launcher.submit(this.batchOf(batch, jobs.length));
    } catch (error) {
      // Before the first job of all: the user corrects the command instead of waiting.
      if (batch === 1 && this.state.controllers === 1) throw error;
      this.launcherFailed(error);
      return false;
    }
    await this.submitted(batch, ids);
    return true;
  }

  private async submitted(batch: number, ids: readonly string[]): Promise<void> {
    const { length } = this.state.unconfirmed.get(batch)!.jobs;
    const isValid = Array.isArray(ids) && ids.length === length && ids.every((id) => typeof id === 'string');
    if (!isValid) throw wrongIds(this.state.sweep.launcher.name, length);
    this.failures = 0;
    this.record({ type: 'submitted', batch, ids });
    await this.flush(false);
  }

  private batchOf(batch: number, count: number): JobBatch {
    const { sweep } = this.state;
    const { storage } = this.ports;
    const { command, directory, env } = this.ports.batch;
    return {
      name: `${sweep.name}-${sweep.id.slice(0, 8)}-${batch}`,
      folder: storage.jobsFolder,
      command: [...command, storage.jobsFile(batch)],
      count,
      throttle: this.ports.launcher.slots === null && count > 1 ? sweep.workers : null,
      ...{ directory, env },
    };
  }

  private jobOf({ trial, repeat, attempt, pauseAt }: SubmittedJob): Job {
    const { sweep, trials } = this.state;
    const { storage, launcher, seed } = this.ports;
    const { parameters } = trials[trial - 1]!;
    const first = typeof parameters.seed === 'number' ? parameters.seed : seed;
    const flags = { ...parameters, seed: first + repeat };
    return {
      trial: { sweep: storage.folder, id: sweep.id, trial, repeat, flags, pauseAt, objectives: sweep.objectives },
      record: storage.recordFile(trial, repeat),
      attempt,
      launcher: launcher.inJob === undefined ? null : sweep.launcher,
    };
  }

  private launcherFailed(error: unknown): void {
    const wait = Math.min(longestBackoff, firstBackoff * 2 ** this.failures++);
    this.retryAt = this.now + wait;
    this.calls.launcherFailed(error, wait / 1000);
  }

  private async prune(): Promise<void> {
    const { state } = this;
    const limit = state.exhausted ? state.trials.length : (state.budget.trials ?? Infinity);
    const trials = this.pruning.next(state, this.ended.splice(0), limit);
    for (const trial of trials) {
      if (this.unprunable.has(trial)) continue;
      try {
        for (const { number } of state.trials[trial - 1]!.runs) {
          if (number !== null) await this.ports.storage.removeCheckpoints(number);
        }
        this.record({ type: 'pruned', trial });
      } catch (error) {
        this.unprunable.add(trial);
        this.calls.warn(`The checkpoints of trial ${trial} are not removed: ${messageOf(error)}`);
      }
    }
    await this.flush(false);
  }

  private isDone(): boolean {
    const { active, waiting, trials, budget, brackets } = this.state;
    if (active.size > 0 || waiting.size > 0) return false;
    if (usedUp(this.state, this.now) !== null) return true;
    if (brackets?.next() !== undefined) return false;
    return this.state.exhausted || (budget.trials !== null && trials.length >= budget.trials);
  }

  private async finish(end: Pick<SweepEnd, 'status' | 'reason'>): Promise<SweepEnd> {
    if (end.status === 'completed') {
      const reason = end.reason ?? 'better trials went on';
      for (const trial of this.state.trials) {
        if (trial.phase === 'paused') this.endTrial(trial, { state: 'stopped', values: trial.values, reason });
      }
      await this.flush(false);
      await this.prune();
    }
    await this.flush(true);
    await this.ports.launcher.close?.();
    this.calls.change(true);
    return { ...end, jobsRunning: this.state.active.size };
  }

  private async pause(): Promise<void> {
    if (this.now >= this.nextBeat) {
      this.nextBeat = this.now + beatInterval;
      await this.ports.storage.beat();
    }
    const times = [this.nextRequests, this.nextBeat, this.nextQuery];
    if (this.retryAt > this.now) times.push(this.retryAt);
    await this.wakeUp.wait(Math.max(0, Math.min(...times) - this.now));
  }
}

function wrongIds(launcher: string, count: number): ForgeError {
  return new ForgeError('PLUGIN_INVALID', `The launcher ${launcher} did not return the ids of ${count} jobs.`, {
    about: launcher,
    hint: 'Report this to its author.',
  });
}
