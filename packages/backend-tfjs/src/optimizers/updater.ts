import type { NamedTensors, PlateauState } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Gradients } from './clip-gradients.js';

/** A parameter to be trained. */
export interface Trainable {
  readonly name: string;
  readonly variable: tfjs.Variable;
}

/** An optimizer at work on one model's parameters, with whatever it remembers about them. */
export interface Updater {
  /** What it remembers, named after the parameter it belongs to. */
  readonly slots: ReadonlyMap<string, tfjs.Variable>;
  /** What a person should know, e.g. that resuming cannot be exact. */
  readonly warnings: readonly string[];
  /** What its learning rate follows beside the step. */
  readonly plateau?: PlateauState | undefined;
  /**
   * Updates the parameters, one gradient each in their order; null where the loss does not depend on one.
   * @param batch the number of batches before this one
   * @returns whether it did: false while gradients are accumulated
   */
  apply(gradients: Gradients, batch: number): boolean;
  /** For an optimizer whose state is not in `slots`. */
  readonly foreign?: ForeignState;
  dispose(): void;
}

/** State that only the optimizer itself can read and write. */
export interface ForeignState {
  capture(): Promise<NamedTensors>;
  restore(state: NamedTensors): Promise<void>;
}
