import { describeTensor, ForgeError, type NamedTensors, type TensorData } from '@forge-ml/core/plugin';
import { channelsFirstShape } from './load-parameters.js';

/** The values that a model's parameters start from where they are given, not drawn. */
export class InitialParameters {
  readonly #values: NamedTensors;
  readonly #unused: Set<string>;

  constructor(values: NamedTensors = new Map()) {
    this.#values = values;
    this.#unused = new Set(values.keys());
  }

  /**
   * The value given for a parameter, if one is.
   * @throws ForgeError STATE_MISMATCH where it is of another type or shape.
   */
  valueFor(name: string, shape: readonly number[]): TensorData | undefined {
    const given = this.#values.get(name);
    this.#unused.delete(name);
    const wanted = describeTensor({ dtype: 'float32', shape });
    if (given === undefined || describeTensor(given) === wanted) return given;
    const turned = given.shape.length > 2 && String(channelsFirstShape(given.shape)) === String(shape);
    throw new ForgeError(
      'STATE_MISMATCH',
      `The parameter ${name} is ${wanted} in the model, but ${describeTensor(given)} was given for it.`,
      {
        about: name,
        hint: turned
          ? "It has its channels last: loadParameters(file, { kernels: 'channelsLast' }) turns it round."
          : 'Build the model with the sizes of the one it is from, or leave the parameter out.',
      },
    );
  }

  /** @throws ForgeError STATE_MISMATCH naming the first value that no parameter has used. */
  checkAllUsed(parameters: readonly string[]): void {
    const [name] = this.#unused;
    if (name === undefined) return;
    throw new ForgeError('STATE_MISMATCH', `Values were given for ${name}, which the model has not.`, {
      about: name,
      hint: `It has ${parameters.join(', ')}. loadParameters(file, { rename }) gives tensors other names, or leaves them out.`,
    });
  }
}
