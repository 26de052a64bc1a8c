import { checkState, type NamedTensors, requireShare } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Trainable } from '../optimizers/updater.js';
import type { Tf } from '../tf/tf.js';
import { substituteVariables } from './substitute-variables.js';
import { assignState, tensorsOf } from './variable-state.js';

/** The exponential moving average of the trainable parameters: see `SessionState.ema`. */
export class ParameterAverage {
  /** By the parameters' names. */
  readonly variables: ReadonlyMap<string, tfjs.Variable>;
  readonly #tf: Tf;
  readonly #decay: number;
  readonly #averages: ReadonlyMap<tfjs.Variable, tfjs.Variable>;

  /** @param decay the share of the average that an update keeps, in [0, 1) */
  constructor(tf: Tf, decay: number, parameters: readonly Trainable[]) {
    requireShare('ema', 'decay', decay);
    this.#tf = tf;
    this.#decay = decay;
    this.#averages = new Map(
      parameters.map(({ variable }) => [variable, tf.tidy(() => tf.variable(variable.clone(), false))]),
    );
    this.variables = new Map(parameters.map(({ name, variable }) => [name, this.#averages.get(variable)!]));
  }

  /**
   * Averages parameters after their update.
   * @param update its number, from 1
   */
  update(parameters: readonly tfjs.Variable[], update: number): void {
    const tf = this.#tf;
    const decay = Math.min(this.#decay, (1 + update) / (10 + update));
    tf.tidy(() => {
      for (const parameter of parameters) {
        const average = this.#averages.get(parameter)!;
        average.assign(tf.add(average, tf.mul(tf.sub(parameter, average), 1 - decay)));
      }
    });
  }

  /** @throws ForgeError STATE_MISMATCH */
  check(saved: NamedTensors | undefined): void {
    if (saved !== undefined) checkState('moving average', tensorsOf(this.variables), saved);
  }

  /** Assigns a saved state that `check` has passed; without one the average becomes the parameters. */
  restore(saved: NamedTensors | undefined): void {
    if (saved !== undefined) assignState(this.#tf, this.variables, saved);
    else for (const [parameter, average] of this.#averages) average.assign(parameter);
  }

  /** Runs a synchronous function that computes with the averages in place of the parameters, which do not change. */
  inPlaceOfParameters<T>(run: () => T): T {
    return substituteVariables(this.#tf, this.#averages, run);
  }
}
