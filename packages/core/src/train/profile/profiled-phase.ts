import { type PhaseName, type PhaseParts, RunPhase } from '../stop/run-phase.js';
import type { StepProfile } from './step-profile.js';

/** A run's phase that is recorded in a profile. */
export class ProfiledPhase extends RunPhase {
  constructor(
    parts: PhaseParts,
    readonly profile: StepProfile,
  ) {
    super(parts);
  }

  override enter(name: PhaseName, step = 0): void {
    this.profile.enter(name, step);
    super.enter(name, step);
  }
}
