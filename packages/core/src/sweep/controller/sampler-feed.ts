import type { JournalEvent } from '../record/journal-event.js';
import type { SweepState } from '../record/sweep-state.js';
import type { TrialState } from '../record/trial-state.js';
import type { Sampler, ToldTrial } from '../samplers/sampler.js';
import type { ParameterValues, Space } from '../space/space.js';

/** Keeps a sampler informed, in the order of the journal: live, and when the journal is replayed. */
export class SamplerFeed {
  private sampler: Sampler;

  constructor(
    private readonly make: (space: Space) => Sampler,
    space: Space,
  ) {
    this.sampler = make(space);
  }

  ask(trial: number): ParameterValues | null {
    return this.sampler.ask(trial);
  }

  /** An event was added to the journal. */
  follow(event: JournalEvent, told: readonly TrialState[], state: SweepState): void {
    if (event.type === 'change' && event.space !== undefined) {
      this.sampler = this.make(event.space);
      for (const trial of state.trials) this.sampler.tell(toldTrial(trial));
      return;
    }
    for (const trial of told) this.sampler.tell(toldTrial(trial));
  }

  /** An event was read from the journal: the calls that the last controller made are repeated. */
  replay(event: JournalEvent, told: readonly TrialState[], state: SweepState): void {
    if (event.type === 'trial') this.sampler.ask(event.trial);
    this.follow(event, told, state);
  }
}

function toldTrial({ trial, parameters, phase, end, values, trained }: TrialState): ToldTrial {
  const state = phase === 'training' ? 'running' : phase === 'paused' || end === 'stopped' ? 'paused' : end!;
  return { trial, parameters, state, values: state === 'failed' ? null : values, trained };
}
