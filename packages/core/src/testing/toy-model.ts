import { ForgeError } from '../errors/forge-error.js';
import type { MetricDeclaration } from '../model/declared-metrics.js';
import type { Schedule } from '../model/schedules.js';
import { type Batch, describeTensor, sizeOf, type TensorData } from '../tensor/tensor-data.js';

/** The model that `load` of a model config returns for the toy backend: linear, or with one hidden layer. */
export interface ToyModel {
  readonly kind: 'toy';
  /** The input array; all dimensions but the first are flattened. */
  readonly inputs: string;
  /** The target array: numbers `[batch, n]` for squared error, or labels `[batch]` with `classes`. */
  readonly targets: string;
  /** The number of classes of the labels; makes the loss softmax cross-entropy. */
  readonly classes?: number;
  /** Units of the hidden layer (ReLU). Default: 0, a linear model. */
  readonly hidden?: number;
  /** A number, or a function of the step. */
  readonly learningRate: number | Schedule;
  /** Default: 0, plain gradient descent, which has no slots. */
  readonly momentum?: number;
  /** The share of the last layer's inputs set to zero in a step. */
  readonly dropout?: number;
  /** The update rate of the running mean that is subtracted from the inputs; at 0 the mean stays 0. Default: 0.1. */
  readonly meanRate?: number;
  /** How long a step waits before it returns, ms, so that a test can interrupt it. */
  readonly msPerStep?: number;
  readonly artefacts?: Readonly<Record<string, unknown>>;
  readonly metrics?: Readonly<Record<string, MetricDeclaration>>;
}

/** @throws ForgeError MODEL_INVALID naming the field that is missing or invalid */
export function checkToyModel(value: unknown): ToyModel {
  const model = (typeof value === 'object' ? value : undefined) as Partial<ToyModel> | null | undefined;
  if (model?.kind !== 'toy') throw invalid("must be an object with kind: 'toy'", 'kind');
  for (const name of ['inputs', 'targets'] as const) {
    if (typeof model[name] !== 'string') throw invalid(`needs the name of an array as \`${name}\``, name);
  }
  if (!['number', 'function'].includes(typeof model.learningRate))
    throw invalid('needs a number as `learningRate`', 'learningRate');
  return model as ToyModel;
}

/** @throws ForgeError MODEL_INVALID when the data lacks an array, DATA_INVALID when it has another width */
export function arrayOf(batch: Batch, name: string, width?: number): TensorData {
  const found = batch[name];
  if (found === undefined) {
    const present = Object.entries(batch).map(([other, array]) => `${other} ${describeTensor(array)}`);
    throw new ForgeError(
      'MODEL_INVALID',
      `The model reads "${name}"; the batch has ${present.join(', ') || 'nothing'}.`,
      {
        about: name,
        hint: 'Name an array that the data config returns.',
      },
    );
  }
  if (width !== undefined && widthOf(found) !== width) {
    throw new ForgeError(
      'DATA_INVALID',
      `"${name}" is ${describeTensor(found)}; the model is built for [n, ${width}].`,
      {
        about: name,
      },
    );
  }
  return found;
}

/** Numbers per example. */
export function widthOf({ shape }: TensorData): number {
  return sizeOf(shape.slice(1));
}

function invalid(how: string, about: string): ForgeError {
  return new ForgeError('MODEL_INVALID', `A model for the toy backend ${how}.`, {
    about,
    hint: "For example: { kind: 'toy', inputs: 'x', targets: 'y', learningRate: 0.1 }.",
  });
}
