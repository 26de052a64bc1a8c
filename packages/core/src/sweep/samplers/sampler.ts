import type { Direction } from '../../metrics/metric-direction.js';
import type { ParameterValues, Space } from '../space/space.js';

/** What a sampler is made with. The same request, and the same calls after it, must give the same answers. */
export interface SamplerRequest {
  readonly space: Space;
  /** The direction of each objective. */
  readonly directions: readonly Direction[];
  readonly seed: number;
  /** The options that the sweep names for it. Plain data. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Chooses the parameters of trials. A sweep keeps no state of it: to go on after its process ended, it makes a new one and
 * repeats every call of `ask` and `tell` in the recorded order.
 */
export interface Sampler {
  /**
   * The parameters of a trial; null once the space has no more to try. Draw random numbers from the seed and the
   * trial's number alone, so that a repetition gives the same ones.
   * @param trial from 1, ascending, each asked once
   */
  ask(trial: number): ParameterValues | null;
  /** What is known of a trial now; called again whenever that has changed. It may be a trial that was never asked for. */
  tell(trial: TrialOutcome): void;
  /**
   * True where `ask` changes nothing that `tell` of its trial as running does not: then a resumed sweep repeats only
   * the calls of `tell`, which is fast where choosing takes long. Default: false.
   */
  readonly isAskPure?: boolean;
}

export interface TrialOutcome {
  readonly trial: number;
  readonly parameters: ParameterValues;
  /** `paused`: stopped at a rung, and may be continued. */
  readonly state: 'running' | 'paused' | 'completed' | 'failed';
  /** The value of each objective, where it has been measured; finite. Null before, and of failed trials. */
  readonly values: readonly number[] | null;
  /** How long it has trained, in the unit of the rungs (steps or epochs); null without rungs. */
  readonly trained: number | null;
}
