import { expect } from 'chai';
import type { Job, JobRecord, JobResult } from '../../jobs/job.js';
import { currentProcess } from '../../run/record/host-info.js';
import type { JobLauncher, JobState } from '../../train/launch/job-launcher.js';
import type { JournalEvent } from '../record/journal-event.js';
import type { SweepFile } from '../record/sweep-file.js';
import { SweepState } from '../record/sweep-state.js';
import type { Sampler } from '../samplers/sampler.js';
import { SamplerFeed } from './sampler-feed.js';
import { SweepController } from './sweep-controller.js';
import type { SweepEnd, SweepHooks } from './sweep-hooks.js';
import type { Clock, SweepPorts, SweepStorage } from './sweep-ports.js';
import type { SweepRequestMessage } from './sweep-requests.js';

/** Time that passes only while all wait. */
export class VirtualClock implements Clock {
  private time = 1_000_000;
  private readonly timers = new Set<{ at: number; ring: () => void }>();
  private isPumping = false;

  now(): number {
    return this.time;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = {
        at: this.time + ms,
        ring: () => {
          this.timers.delete(timer);
          signal?.removeEventListener('abort', timer.ring);
          resolve();
        },
      };
      if (signal?.aborted) return resolve();
      signal?.addEventListener('abort', timer.ring, { once: true });
      this.timers.add(timer);
      this.pump();
    });
  }

  private pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    setImmediate(() => {
      this.isPumping = false;
      let next: { at: number; ring: () => void } | undefined;
      for (const timer of this.timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined) return;
      this.time = Math.max(this.time, next.at);
      next.ring();
      if (this.timers.size > 0) this.pump();
    });
  }
}

/** What survives the end of a process: files, and the jobs of a cluster. */
export class SimulatedWorld implements SweepStorage {
  readonly folder = '/sweep';
  readonly jobsFolder = '/sweep/jobs';
  readonly clock = new VirtualClock();
  readonly journal: JournalEvent[] = [];
  /** As bytes: a job may only know what was written. */
  private readonly jobs = new Map<string, string>();
  readonly records = new Map<string, string>();
  readonly messages: SweepRequestMessage[] = [];
  readonly removed: number[] = [];
  /** The trials trained, and with which parameters and up to which pause: `1/0@4`. */
  readonly trained: string[] = [];
  beats = 0;
  requestReads = 0;
  /** Operations until the process is killed; Infinity for never. */
  killIn = Infinity;
  /** Whether an append of a killed process is lost or written. */
  killAfter = false;
  /** Called when the process is killed. */
  onKill: () => void = () => undefined;
  runs = 0;

  constructor(readonly sweep: SweepFile) {}

  /** An operation at which the process may be killed, before or after it. */
  async operation<T>(work: () => T): Promise<T> {
    const dies = --this.killIn <= 0;
    const result = dies && !this.killAfter ? undefined : work();
    if (!dies) return result as T;
    this.onKill();
    // A killed process does nothing more.
    return new Promise(() => undefined);
  }

  append(events: readonly JournalEvent[]): Promise<void> {
    return this.operation(() => void this.journal.push(...(JSON.parse(JSON.stringify(events)) as JournalEvent[])));
  }

  async writeJobs(batch: number, jobs: readonly Job[]): Promise<string> {
    const file = this.jobsFile(batch);
    await this.operation(() => this.jobs.set(file, JSON.stringify(jobs)));
    return file;
  }

  jobsOf(file: string): Job[] {
    return JSON.parse(this.jobs.get(file)!) as Job[];
  }

  jobsFile(batch: number): string {
    return `/sweep/jobs/${batch}.jsonl`;
  }

  recordFile(trial: number, repeat: number): string {
    return `${trial}-${repeat}`;
  }

  async readRecord(trial: number, repeat: number): Promise<JobRecord | null> {
    const text = this.records.get(this.recordFile(trial, repeat));
    return text === undefined ? null : (JSON.parse(text) as JobRecord);
  }

  async requests(): Promise<readonly SweepRequestMessage[]> {
    this.requestReads++;
    return [...this.messages];
  }

  async removeRequest(file: string): Promise<void> {
    this.messages.splice(
      this.messages.findIndex((message) => message.file === file),
      1,
    );
  }

  async beat(): Promise<void> {
    this.beats++;
  }

  removeCheckpoints(run: number): Promise<void> {
    return this.operation(() => void this.removed.push(run));
  }
}

/** What a simulated training does. */
export interface SimulatedTraining {
  /** Of a step, ms. */
  readonly stepMs: number;
  /** The limit of every run. */
  readonly steps: number;
  /** The value of each objective after some steps; a text fails the training with it. */
  valuesAt(job: Job['trial'] & object, step: number): readonly number[] | string;
  /** Whether an attempt crashes, and at which step. */
  crashAt?(job: Job['trial'] & object, attempt: number): number | undefined;
  /** Why a job is refused before it has a run; undefined where it is not. */
  refusal?(job: Job['trial'] & object): string | undefined;
}

interface SimulatedJob {
  readonly job: Job;
  state: JobState;
  readonly cancelled: AbortController;
}

/** A launcher whose jobs are timers. With `survive`, they go on when the controller ends, as on a cluster. */
export class SimulatedLauncher implements JobLauncher {
  readonly port = 2;
  private readonly running = new Map<string, SimulatedJob>();
  private readonly batches = new Map<string, readonly string[]>();
  private readonly listeners = new Set<() => void>();
  submitted: { readonly count: number; readonly throttle: number | null }[] = [];
  most = 0;
  active = 0;
  /** Errors of the next submissions. */
  failures: unknown[] = [];

  constructor(
    private readonly world: SimulatedWorld,
    private readonly training: SimulatedTraining,
    readonly slots: number | null,
    private readonly survive = false,
  ) {}

  async submit({ name, command, count, throttle }: Parameters<JobLauncher['submit']>[0]): Promise<readonly string[]> {
    if (this.failures.length > 0) throw this.failures.shift();
    const jobs = this.world.jobsOf(command.at(-1)!);
    expect(jobs).to.have.lengthOf(count);
    return this.world.operation(() => {
      this.submitted.push({ count, throttle });
      const ids = jobs.map((job, index) => {
        const id = `${name}-${index}-${this.running.size}`;
        const started: SimulatedJob = {
          ...{ job, cancelled: new AbortController() },
          state: { state: 'running', status: null, reason: null },
        };
        this.running.set(id, started);
        void this.train(started);
        return id;
      });
      this.batches.set(name, ids);
      return ids;
    });
  }

  async find({ name }: { readonly name: string }): Promise<readonly string[] | null> {
    return this.survive ? (this.batches.get(name) ?? null) : null;
  }

  async query(ids: readonly string[]): Promise<readonly JobState[]> {
    return ids.map((id) => this.running.get(id)?.state ?? { state: 'unknown', status: null, reason: null });
  }

  async cancel(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.running.get(id)?.cancelled.abort();
  }

  attach(): never {
    throw new Error('not simulated');
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const listener = () => {
        this.listeners.delete(listener);
        signal.removeEventListener('abort', listener);
        resolve();
      };
      this.listeners.add(listener);
      signal.addEventListener('abort', listener, { once: true });
    });
  }

  /** The controller was killed: jobs that do not survive it end without a result. */
  killed(): void {
    this.listeners.clear();
    if (this.survive) return;
    for (const [id, { cancelled }] of this.running) {
      cancelled.abort('killed');
      this.running.delete(id);
    }
  }

  private async train(started: SimulatedJob): Promise<void> {
    const { job, cancelled } = started;
    const trial = job.trial!;
    const { world, training } = this;
    this.most = Math.max(this.most, ++this.active);
    const before = await world.readRecord(trial.trial, trial.repeat);
    const refusal = training.refusal?.(trial);
    if (refusal !== undefined) return this.refuse(started, refusal);
    const run = before?.run ?? { experiment: world.sweep.name, number: ++world.runs, results: '/' };
    const record = (result: JobResult | null) => {
      const { attempt } = job;
      const content: JobRecord = { attempt, restart: 0, process: currentProcess(), run, result };
      world.records.set(job.record, JSON.stringify(content));
    };
    const done = before?.result?.step ?? 0;
    record(null);
    const target = trial.pauseAt?.at ?? training.steps;
    const crash = training.crashAt?.(trial, job.attempt);
    const begin = world.clock.now();
    await world.clock.wait((Math.min(target, crash ?? target) - done) * training.stepMs, cancelled.signal);
    this.active--;
    if (cancelled.signal.reason === 'killed') return;
    const steps = Math.min(target, done + Math.floor((world.clock.now() - begin) / training.stepMs));
    const values = training.valuesAt(trial, steps);
    const result = (status: JobResult['status'], reason: string | null): JobResult => {
      const measured = typeof values === 'string' ? null : values;
      return {
        ...{ status, reason, values: measured, step: steps, epoch: 0 },
        seconds: (steps * training.stepMs) / 1000,
      };
    };
    if (cancelled.signal.aborted) record(result('interrupted', 'SIGTERM'));
    else if (crash !== undefined) record(null);
    else if (typeof values === 'string') record(result('failed', values));
    else record(result(trial.pauseAt === null ? 'completed' : 'paused', null));
    if (!cancelled.signal.aborted && crash === undefined) {
      world.trained.push(`${trial.trial}/${trial.repeat}@${steps} ${JSON.stringify(trial.flags)}`);
    }
    this.ended(started, crash === undefined ? 0 : 137);
  }

  private async refuse(started: SimulatedJob, reason: string): Promise<void> {
    const { world } = this;
    const { record, attempt, trial } = started.job;
    // The jobs of a cluster wait in its queue.
    const turns = this.slots === null ? trial!.trial : 1;
    await world.clock.wait(turns * this.training.stepMs, started.cancelled.signal);
    this.active--;
    if (started.cancelled.signal.reason === 'killed') return;
    if (started.cancelled.signal.aborted) return this.ended(started, 143);
    const result = { status: 'refused', reason, values: null, step: 0, epoch: 0, seconds: 0 } as const;
    const content: JobRecord = { attempt, restart: 0, process: currentProcess(), run: null, result };
    world.records.set(record, JSON.stringify(content));
    this.ended(started, 0);
  }

  private ended(started: SimulatedJob, status: number): void {
    started.state = { state: 'ended', status, reason: null };
    for (const listener of [...this.listeners]) listener();
  }
}

export interface SimulationOptions {
  readonly hooks?: SweepHooks;
  readonly stop?: ConstructorParameters<typeof SweepController>[3];
}

/** A controller on the files of a simulated world: a new one, or one that goes on where the last was killed. */
export async function controllerOn(
  world: SimulatedWorld,
  launcher: JobLauncher,
  makeSampler: () => Sampler,
  { hooks, stop }: SimulationOptions = {},
): Promise<SweepController> {
  const state = new SweepState(world.sweep);
  const feed = await SamplerFeed.create(makeSampler, state.space);
  for (const event of world.journal) {
    await feed.replay(event);
    feed.follow(event, state.apply(event), state);
  }
  const ports: SweepPorts = {
    ...{ launcher, storage: world, clock: world.clock, seed: 7 },
    batch: { command: ['forge', 'job'], directory: '/', env: {} },
  };
  return new SweepController(state, feed, ports, stop, hooks);
}

/** Runs a sweep to its end, with a new controller after each kill. @param kills operations until each kill */
export async function simulate(
  world: SimulatedWorld,
  launcher: SimulatedLauncher,
  makeSampler: () => Sampler,
  kills: readonly { readonly after: number; readonly done: boolean }[] = [],
): Promise<{ readonly end: SweepEnd; readonly state: SweepState; readonly kills: number }> {
  const left = [...kills];
  for (let killed = 0; ; killed++) {
    const kill = left.shift();
    world.killIn = kill?.after ?? Infinity;
    world.killAfter = kill?.done ?? false;
    const controller = await controllerOn(world, launcher, makeSampler);
    const death = new Promise<undefined>((resolve) => {
      world.onKill = () => resolve(undefined);
    });
    const end = await Promise.race([controller.run(), death]);
    world.killIn = Infinity;
    if (end !== undefined) return { end, state: controller.state, kills: killed };
    launcher.killed();
    // Jobs of a cluster go on while there is no controller.
    await world.clock.wait(kill!.after * 10);
  }
}

/** The table of a sweep: parameters, state and values of each trial. */
export function tableOf({ trials }: SweepState): unknown {
  return trials.map(({ trial, parameters, phase, end, values, reason, rungs }) => {
    return { trial, parameters, phase, end, values, reason, rungs };
  });
}

export function sweepFile(changes: Partial<SweepFile> = {}): SweepFile {
  return {
    ...{ sweepVersion: 1, id: '0123456789abcdef', name: 'test-sweep', created: '2026-01-01T00:00:00.000Z' },
    ...{ command: [], directory: '/' },
    space: { x: { kind: 'float', low: 0, high: 1, log: false, step: null, when: null } },
    objectives: [{ metric: 'valid.loss', direction: 'min', value: 'best' }],
    ...{ method: { name: 'random', options: {} }, seed: 1, halving: null },
    budget: { trials: 10, steps: null, hours: null },
    ...{ repeat: 1, retries: 2, failFast: false, prune: { kind: 'none' } },
    ...{ launcher: { name: 'simulated', flags: {} }, workers: null },
    ...changes,
  };
}
