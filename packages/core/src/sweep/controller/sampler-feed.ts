import type { JournalEvent } from '../record/journal-event.js';
import type { SweepState } from '../record/sweep-state.js';
import type { TrialState } from '../record/trial-state.js';
import type { Sampler, TrialOutcome } from '../samplers/sampler.js';
import type { ParameterValues, Space } from '../space/space.js';

/** Makes the sampler of a sweep for a space. */
export type MakeSampler = (space: Space) => Sampler | Promise<Sampler>;

/** Keeps a sampler informed, in the order of the journal: live, and when the journal is replayed. */
export class SamplerFeed {
  private next: Sampler | undefined;
  /** The last trial of the journal that is replayed. */
  private replayed = 0;

  private constructor(
    private readonly make: MakeSampler,
    private sampler: Sampler,
  ) {}

  static async create(make: MakeSampler, space: Space): Promise<SamplerFeed> {
    return new SamplerFeed(make, await make(space));
  }

  /** Before an event that changes the space. */
  async prepare(space: Space): Promise<void> {
    this.next = await this.make(space);
  }

  ask(trial: number): ParameterValues | null {
    return this.sampler.ask(trial);
  }

  /** An event was added to the journal. */
  follow(event: JournalEvent, changed: readonly TrialState[], state: SweepState): void {
    if (event.type === 'change' && event.space !== undefined) {
      this.sampler = this.next!;
      for (const trial of state.trials) this.sampler.tell(outcomeOf(trial));
      return;
    }
    for (const trial of changed) this.sampler.tell(outcomeOf(trial));
  }

  /** Before an event that was read from the journal is applied: the calls that the last controller made are repeated. */
  replay(event: JournalEvent): Promise<void> | undefined {
    if (event.type === 'trial') this.replayed = event.trial;
    if (this.sampler.isAskPure !== true) {
      if (event.type === 'trial') this.sampler.ask(event.trial);
      else if (event.type === 'exhausted') this.sampler.ask(this.replayed + 1);
    }
    return event.type === 'change' && event.space !== undefined ? this.prepare(event.space) : undefined;
  }
}

function outcomeOf({ trial, parameters, phase, end, values, trained }: TrialState): TrialOutcome {
  const state = phase === 'training' ? 'running' : phase === 'paused' || end === 'stopped' ? 'paused' : end!;
  return { trial, parameters, state, values: state === 'failed' ? null : values, trained };
}
