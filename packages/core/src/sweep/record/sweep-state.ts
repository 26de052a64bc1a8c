import type { Direction } from '../../metrics/metric-direction.js';
import type { RunProcess } from '../../run/record/run-record.js';
import { Brackets } from '../halving/brackets.js';
import type { ParameterValues, Space } from '../space/space.js';
import type { JournalEvent, SubmittedJob } from './journal-event.js';
import type { Budget, SweepFile } from './sweep-file.js';
import type { RunState, TrialEnd, TrialState } from './trial-state.js';
import { meanValues, verdictOf } from './trial-verdict.js';

/** A job that was submitted and has not ended. */
export interface ActiveJob extends SubmittedJob {
  readonly batch: number;
  readonly index: number;
  /** The launcher's name of it; null if it is not recorded. */
  id: string | null;
  /** The controller that submitted it, counted from 1. */
  readonly controller: number;
}

export interface Batch {
  readonly jobs: readonly SubmittedJob[];
  ids: readonly string[] | null;
}

/** What an event that cannot follow those before it says. */
export class JournalProblem extends Error {}

/** A sweep as its journal tells it: a fold of the events. The same events give the same state. */
export class SweepState {
  readonly trials: TrialState[] = [];
  /** Trials that are neither paused nor ended, by number. */
  readonly training = new Map<number, TrialState>();
  /** Jobs to submit, the first first. */
  readonly waiting = new Map<string, { readonly trial: number; readonly repeat: number }>();
  readonly active = new Map<string, ActiveJob>();
  /** Batches whose ids are not recorded. */
  readonly unconfirmed = new Map<number, Batch>();
  readonly brackets: Brackets | null;
  readonly directions: readonly Direction[];
  budget: Budget;
  space: Space;
  /** How often a controller started, and which was the last. */
  controllers = 0;
  process: RunProcess | null = null;
  batches = 0;
  /** Why no trials are started; null while they are. */
  stopped: string | null = null;
  /** Whether the sampler has no more to try. */
  exhausted = false;
  /** Of the jobs that ended, over all trials. */
  steps = 0;
  seconds = 0;
  /** How long controllers worked, ms. */
  elapsed = 0;
  /** The time of the last event, ms since 1970; null before the first. */
  lastTime: number | null = null;
  readonly requests = new Set<string>();
  /** Trials that were promoted, and of which no job was submitted since. */
  private readonly promoted = new Set<TrialState>();

  constructor(readonly sweep: SweepFile) {
    this.directions = sweep.objectives.map(({ direction }) => direction);
    this.brackets = sweep.halving === null ? null : new Brackets(sweep.halving, this.directions);
    this.budget = sweep.budget;
    this.space = sweep.space;
  }

  /**
   * @returns the trials of which more is known, for the sampler
   * @throws JournalProblem
   */
  apply(event: JournalEvent): readonly TrialState[] {
    if (event.type !== 'controller' && this.lastTime !== null) this.elapsed += Math.max(0, event.time - this.lastTime);
    this.lastTime = event.time;
    switch (event.type) {
      case 'controller':
        this.controllers++;
        this.process = event.process;
        this.stopped = null;
        return [];
      case 'trial':
        return [this.addTrial(event.trial, event.parameters, event.bracket)];
      case 'exhausted':
        this.exhausted = true;
        return [];
      case 'submit':
        return this.submit(event.batch, event.jobs);
      case 'submitted':
        this.confirm(event.batch, event.ids);
        return [];
      case 'job':
        return this.endJob(event);
      case 'end':
        return this.endTrial(event.trial, event);
      case 'pruned':
        this.prune(this.trialOf(event.trial));
        return [];
      case 'change':
        this.exhausted = false;
        if (event.budget !== undefined) this.budget = event.budget;
        if (event.space !== undefined) this.space = event.space;
        if (event.request !== undefined) this.requests.add(event.request);
        return [];
      case 'stop':
        this.stopped = event.reason;
        return [];
    }
  }

  /** Where the next job of a trial pauses; null to train to the end. */
  pauseOf({ bracket, rungs }: TrialState): SubmittedJob['pauseAt'] {
    const at = this.brackets?.level(bracket, rungs) ?? null;
    return at === null ? null : { unit: this.sweep.halving!.unit, at };
  }

  /** The job to submit for a run that waits. */
  jobOf(trial: number, repeat: number): SubmittedJob {
    const state = this.trialOf(trial);
    return { trial, repeat, attempt: state.runs[repeat]!.attempts + 1, pauseAt: this.pauseOf(state) };
  }

  /** Has a paused trial continue: its runs wait to be submitted. */
  promote(trial: number): void {
    const state = this.trialOf(trial);
    if (state.phase !== 'paused') return;
    this.brackets?.close(trial, state.bracket, state.rungs - 1);
    state.phase = 'training';
    this.training.set(trial, state);
    this.promoted.add(state);
    state.runs.forEach((run, repeat) => {
      if (run.phase === 'paused') this.wait(state, repeat);
    });
  }

  /** How a trial ended, where all its jobs have and the journal does not say so yet; null otherwise. */
  verdict(trial: TrialState): TrialEnd | null {
    return trial.phase === 'training' ? verdictOf(trial) : null;
  }

  private addTrial(trial: number, parameters: ParameterValues, bracket: number | null): TrialState {
    if (trial !== this.trials.length + 1) throw new JournalProblem(`trial ${trial} follows ${this.trials.length}`);
    const runs = Array.from({ length: this.sweep.repeat }, (): RunState => {
      return { number: null, attempts: 0, losses: 0, result: null, phase: 'waiting', reason: null };
    });
    // No spreads: they took a quarter of the time of a replay.
    const state: TrialState = {
      trial,
      parameters,
      bracket,
      runs,
      phase: 'training',
      end: null,
      values: null,
      reason: null,
      rungs: 0,
      trained: null,
      pruned: false,
    };
    this.trials.push(state);
    this.training.set(trial, state);
    for (let repeat = 0; repeat < runs.length; repeat++) this.wait(state, repeat);
    return state;
  }

  private submit(batch: number, jobs: readonly SubmittedJob[]): readonly TrialState[] {
    const changed: TrialState[] = [];
    this.batches = Math.max(this.batches, batch);
    this.unconfirmed.set(batch, { jobs, ids: null });
    jobs.forEach((job, index) => {
      const state = this.trialOf(job.trial);
      if (state.phase === 'paused') this.promote(job.trial);
      if (this.promoted.delete(state)) changed.push(state);
      const run = this.runOf(state, job.repeat);
      const key = keyOf(job);
      this.waiting.delete(key);
      run.phase = 'submitted';
      run.attempts = job.attempt;
      this.active.set(key, { ...job, batch, index, id: null, controller: this.controllers });
    });
    return changed;
  }

  private confirm(batch: number, ids: readonly string[]): void {
    const submitted = this.unconfirmed.get(batch);
    if (submitted === undefined) throw new JournalProblem(`batch ${batch} was not submitted`);
    if (ids.length !== submitted.jobs.length)
      throw new JournalProblem(`batch ${batch} has ${submitted.jobs.length} jobs`);
    this.unconfirmed.delete(batch);
    submitted.jobs.forEach((job, index) => {
      const active = this.active.get(keyOf(job));
      if (active?.batch === batch) active.id = ids[index]!;
    });
  }

  private endJob(event: JournalEvent & { readonly type: 'job' }): readonly TrialState[] {
    const state = this.trialOf(event.trial);
    const run = this.runOf(state, event.repeat);
    const active = this.active.get(keyOf(event));
    if (active?.attempt !== event.attempt) return [];
    this.active.delete(keyOf(event));
    run.number = event.run ?? run.number;
    const { result } = event;
    if (result === null || result.status === 'superseded') {
      // A process that ended together with its controller, or before another looked, is not to blame.
      if (active.controller === this.controllers) run.losses++;
      if (run.losses > this.sweep.retries) fail(run, event.reason);
      else this.wait(state, event.repeat);
    } else {
      this.steps += result.step - (run.result?.step ?? 0);
      this.seconds += result.seconds - (run.result?.seconds ?? 0);
      run.result = result;
      if (result.status === 'interrupted') this.wait(state, event.repeat);
      else if (result.status === 'completed') run.phase = 'completed';
      else if (result.status === 'paused') run.phase = 'paused';
      else fail(run, result.reason);
    }
    return this.settle(state);
  }

  /** After a job of a trial ended: a failed run ends the trial, and runs that all paused reach a rung. */
  private settle(state: TrialState): readonly TrialState[] {
    const { runs } = state;
    if (runs.some(({ phase }) => phase === 'failed')) {
      for (const repeat of runs.keys()) this.waiting.delete(keyOf({ trial: state.trial, repeat }));
      return [];
    }
    if (runs.some(({ phase }) => phase === 'waiting' || phase === 'submitted')) return [];
    state.values = meanValues(
      runs.map(({ result }) => result?.values ?? null),
      this.directions.length,
    );
    if (state.values === null || !runs.some(({ phase }) => phase === 'paused')) return [];
    const unit = this.sweep.halving?.unit === 'epochs' ? 'epoch' : 'step';
    state.trained = Math.min(...runs.map(({ result }) => result![unit]));
    state.phase = 'paused';
    this.training.delete(state.trial);
    this.brackets?.reach(state.trial, state.bracket, state.rungs, state.values, !state.pruned);
    state.rungs++;
    return [state];
  }

  private endTrial(trial: number, { state: end, values, reason }: TrialEnd): readonly TrialState[] {
    const state = this.trialOf(trial);
    if (state.phase === 'ended') return [];
    if (state.phase === 'paused') this.brackets?.close(trial, state.bracket, state.rungs - 1);
    // One that ended before its next rung, as by an early stop, is compared there with the others.
    else if (end === 'completed' && values !== null)
      this.brackets?.reach(trial, state.bracket, state.rungs, values, false);
    state.phase = 'ended';
    state.end = end;
    state.values = values;
    state.reason = reason;
    this.training.delete(trial);
    return end === 'stopped' ? [] : [state];
  }

  private prune(state: TrialState): void {
    state.pruned = true;
    if (state.phase === 'paused') this.brackets?.close(state.trial, state.bracket, state.rungs - 1);
  }

  private wait(state: TrialState, repeat: number): void {
    state.runs[repeat]!.phase = 'waiting';
    this.waiting.set(`${state.trial}/${repeat}`, { trial: state.trial, repeat });
  }

  private trialOf(trial: number): TrialState {
    const state = this.trials[trial - 1];
    if (state === undefined) throw new JournalProblem(`trial ${trial} is not in it before`);
    return state;
  }

  private runOf(state: TrialState, repeat: number): RunState {
    const run = state.runs[repeat];
    if (run === undefined) throw new JournalProblem(`trial ${state.trial} has no repeat ${repeat}`);
    return run;
  }
}

export function keyOf({ trial, repeat }: { readonly trial: number; readonly repeat: number }): string {
  return `${trial}/${repeat}`;
}

function fail(run: RunState, reason: string | null): void {
  run.phase = 'failed';
  run.reason = reason;
}
