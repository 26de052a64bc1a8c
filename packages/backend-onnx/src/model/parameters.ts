import {
  describeTensor,
  ForgeError,
  matchesPattern,
  RandomStream,
  type TensorData,
  tensor,
} from '@forge-ml/core/plugin';
import type { ParameterValue } from '@forge-ml/onnx/graph';
import { parameter } from '@forge-ml/onnx/graph';
import type { Base, BaseFile } from '../layers/base.js';
import type { Initializer } from '../layers/initializers.js';
import type { ParameterOptions } from '../layers/layer.js';
import { InitialParameters } from './initial-parameters.js';

/**
 * A model's parameters by name, in the order they were made. Initial values depend only on the seed and the parameter's
 * name, so adding a layer does not change those of the others.
 */
export class Parameters {
  readonly #made = new Map<string, ParameterValue>();
  readonly #base = new Map<string, ParameterValue>();
  readonly #baseFiles = new Set<BaseFile>();
  readonly #random: RandomStream;

  readonly #initial: InitialParameters;
  readonly #freeze: readonly string[];

  /**
   * @param initial values for some of them, instead of those their layers would draw
   * @param freeze patterns of the names of those that are not trained
   */
  constructor(seed: number, initial: InitialParameters = new InitialParameters(), freeze: readonly string[] = []) {
    this.#initial = initial;
    this.#freeze = freeze;
    this.#random = RandomStream.of(seed, 'parameters');
  }

  get all(): readonly ParameterValue[] {
    return [...this.#made.values()];
  }

  /** Those that are no state. */
  get base(): Base {
    return { values: [...this.#base.values()], files: [...this.#baseFiles] };
  }

  /** Whether a pattern freezes the parameter of that name. */
  isFrozen(name: string): boolean {
    return this.#freeze.some((pattern) => matchesPattern(pattern, name));
  }

  /** @throws ForgeError MODEL_INVALID where a parameter of that name has another shape. */
  get(name: string, shape: readonly number[], initial: Initializer, options: ParameterOptions = {}): ParameterValue {
    const known = this.#made.get(name);
    if (known !== undefined) {
      const wanted = describeTensor({ dtype: 'float32', shape });
      const actual = describeTensor({ dtype: known.dtype, shape: known.initial.shape });
      if (wanted === actual) return known;
      throw new ForgeError(
        'MODEL_INVALID',
        `The parameter ${name} is ${actual}, but was requested again as ${wanted}.`,
        {
          about: name,
          hint: 'Give layers that should not share parameters different names.',
        },
      );
    }
    const { fanIn = shape.at(-2) ?? 1, fanOut = shape.at(-1) ?? 1, trainable = true } = options;
    const given = this.#initial.valueFor(name, shape);
    if (given !== undefined) return this.adopt(parameter(name, given, { trainable }));
    const draw = () => {
      return tensorOf(name, initial({ shape, fanIn, fanOut, random: this.#random.child(name) }), shape);
    };
    return this.adopt(parameter(name, drawnAgain(draw), { trainable }));
  }

  /**
   * Adds an existing parameter, for example one read from a file.
   * @throws ForgeError MODEL_INVALID where another parameter has that name.
   */
  adopt(made: ParameterValue): ParameterValue {
    this.#checkUnique(made);
    this.#made.set(made.name, made);
    return made;
  }

  /**
   * Adds the weights of a file that never change and are no state; the file alone where there are none.
   * @throws as `adopt`
   */
  adoptBase(values: readonly ParameterValue[], file: BaseFile): void {
    for (const value of values) {
      this.#checkUnique(value);
      this.#base.set(value.name, value);
    }
    this.#baseFiles.add(file);
    this.adopt(file.hash);
  }

  #checkUnique(made: ParameterValue): void {
    const known = this.#made.get(made.name) ?? this.#base.get(made.name);
    if (known !== undefined && known !== made) {
      throw new ForgeError('MODEL_INVALID', `Two parameters of the model are named ${made.name}.`, {
        about: made.name,
        hint: 'Give the layer that has one of them another name.',
      });
    }
  }
}

/** A tensor that is drawn again where it is needed after its memory has been freed: a session has its own copy. */
function drawnAgain(draw: () => TensorData): TensorData {
  const { dtype, shape, bytes } = draw();
  let drawn = new WeakRef(bytes);
  return {
    dtype,
    shape,
    get bytes() {
      const known = drawn.deref();
      if (known !== undefined) return known;
      const again = draw().bytes;
      drawn = new WeakRef(again);
      return again;
    },
  };
}

function tensorOf(name: string, values: Float32Array, shape: readonly number[]): TensorData {
  try {
    return tensor(values, shape);
  } catch (error) {
    throw new ForgeError('MODEL_INVALID', `The initial values of the parameter ${name} do not fill its shape.`, {
      about: name,
      cause: error,
    });
  }
}
