import type { NamedTensors, PlateauState } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Gradients } from './clip-gradients.js';

/** A parameter to train. */
export interface Trainable {
  readonly name: string;
  readonly variable: tfjs.Variable;
}

/** An optimizer bound to one model's parameters, with its state. */
export interface Updater {
  /** Its state, named after the parameters. */
  readonly slots: ReadonlyMap<string, tfjs.Variable>;
  /** Warnings for the user, e.g. that resuming cannot be exact. */
  readonly warnings: readonly string[];
  /** What its learning rate depends on besides the step. */
  readonly plateau?: PlateauState | undefined;
  /**
   * Updates the parameters, given a gradient for each in their order; null where the loss does not depend on one.
   * @param batch the number of batches before this one
   * @returns the number of updates so far, with this one; 0 if gradients are only accumulated
   * @throws ForgeError ABILITY_MISSING for a rate that the optimizer cannot be given
   */
  apply(gradients: Gradients, batch: number, options?: ApplyOptions): number;
  /** The learning rate of the update that contains a batch; undefined if unknown. */
  learningRate(batch: number): number | undefined;
  /** For an optimizer whose state is not in `slots`. */
  readonly foreign?: ForeignState;
  dispose(): void;
}

/** State that only the optimizer itself can read and write. */
export interface ForeignState {
  capture(): Promise<NamedTensors>;
  restore(state: NamedTensors): Promise<void>;
}

export interface ApplyOptions {
  /** Replaces the optimizer's learning rate, those of its parameter groups, and the factor of its plateau. */
  readonly rate?: number | undefined;
  /** Receives the gradients of an update before they are clipped; with accumulation, their means. */
  readonly onGradients?: ((gradients: Gradients) => void) | undefined;
}
