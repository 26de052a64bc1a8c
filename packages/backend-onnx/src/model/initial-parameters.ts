import { describeTensor, ForgeError, type NamedTensors, type TensorData } from '@forge-ml/core/plugin';
import { channelsFirstShape } from './load-parameters.js';

/** The initial values of parameters that are given, not drawn. */
export class InitialParameters {
  readonly #values: NamedTensors;
  readonly #unused: Set<string>;

  constructor(values: NamedTensors = new Map()) {
    this.#values = values;
    this.#unused = new Set(values.keys());
  }

  /**
   * The given value of a parameter, or undefined.
   * @throws ForgeError STATE_MISMATCH where it is of another type or shape.
   */
  valueFor(name: string, shape: readonly number[]): TensorData | undefined {
    const given = this.#values.get(name);
    this.#unused.delete(name);
    const wanted = describeTensor({ dtype: 'float32', shape });
    if (given === undefined || describeTensor(given) === wanted) return given;
    const isChannelsLast = given.shape.length > 2 && String(channelsFirstShape(given.shape)) === String(shape);
    throw new ForgeError(
      'STATE_MISMATCH',
      `The parameter ${name} is ${wanted} in the model, but ${describeTensor(given)} was given for it.`,
      {
        about: name,
        hint: isChannelsLast
          ? "It has its channels last: transpose it by loadParameters(file, { kernels: 'channelsLast' })."
          : 'Build the model with the sizes of the original, or omit the parameter.',
      },
    );
  }

  /** @throws ForgeError STATE_MISMATCH naming the first value that no parameter has used. */
  checkAllUsed(parameters: readonly string[]): void {
    const [name] = this.#unused;
    if (name === undefined) return;
    throw new ForgeError('STATE_MISMATCH', `Values were given for ${name}, but the model has no such parameter.`, {
      about: name,
      hint: `It has ${parameters.join(', ')}. Use loadParameters(file, { rename }) to rename or omit tensors.`,
    });
  }
}
