import { describeValue, invalidModel, requireName } from './model-error.js';
import { numberOfLoss, type UpdateName } from './model-updates.js';

/** A backend's tensors: what a model's functions compute with and return. */
export interface ModelTensors<T> {
  /** What its documentation calls one: `tensor`. */
  readonly noun: string;
  isTensor(value: unknown): value is T;
  /** The type and shape: `float32[64, 10]`. */
  describe(tensor: T): string;
  /** Whether it can be a loss: a scalar of floating point. */
  isLoss(tensor: T): boolean;
  /** Whether it can be a number of `stats`. */
  isScalar(value: T | number): boolean;
  /** How to compute: the hint for a function that returned a promise or no tensor. */
  readonly computeHint: string;
  /** How to reduce a tensor to a scalar. */
  readonly reduceHint: string;
}

/**
 * Checks what a model's `predict` returned.
 * @throws ForgeError MODEL_INVALID unless it is one tensor, or several by name
 */
export function checkOutputs<T>(outputs: unknown, tensors: ModelTensors<T>): T | Readonly<Record<string, T>> {
  const { noun } = tensors;
  if (tensors.isTensor(outputs)) return outputs;
  requireNow('predict', outputs, tensors);
  if (typeof outputs !== 'object' || outputs === null || Array.isArray(outputs)) {
    const several = `Return one ${noun}, or several by name: { mean, variance }.`;
    throw invalidModel(`predict returned ${describeValue(outputs)}, not ${noun}s.`, several);
  }
  for (const [name, output] of Object.entries(outputs)) {
    if (tensors.isTensor(output)) continue;
    throw invalidModel(
      `The output ${name} of predict is ${describeValue(output)}, not a ${noun}.`,
      tensors.computeHint,
    );
  }
  return outputs as Readonly<Record<string, T>>;
}

/**
 * Checks what a loss returned.
 * @param place of the loss in the model: `loss`, `updates.generator.loss`
 * @throws ForgeError MODEL_INVALID unless it is a scalar tensor of floating point
 */
export function checkLoss<T>(place: string, loss: unknown, tensors: ModelTensors<T>): T {
  requireNow(place, loss, tensors);
  if (!tensors.isTensor(loss)) {
    throw invalidModel(`${place} returned ${describeValue(loss)}, not a scalar ${tensors.noun}.`, tensors.computeHint);
  }
  if (tensors.isLoss(loss)) return loss;
  throw invalidModel(`${place} returned ${tensors.describe(loss)}, not a float32 scalar.`, tensors.reduceHint);
}

/**
 * Checks what `stats` returned.
 * @param updates of the model, whose losses are reported too
 * @throws ForgeError MODEL_INVALID unless it is scalars by name, with names of their own
 */
export function checkStats<T>(
  stats: unknown,
  updates: readonly UpdateName[],
  tensors: ModelTensors<T>,
): Readonly<Record<string, T | number>> {
  requireNow('stats', stats, tensors);
  if (typeof stats !== 'object' || stats === null || tensors.isTensor(stats)) {
    const example = 'Return for example { accuracy }.';
    throw invalidModel(`stats returned ${describeValue(stats)}, not scalars by name.`, example);
  }
  for (const [name, value] of Object.entries(stats)) {
    requireName('stats', name);
    if (name === 'loss' || updates.some((update) => numberOfLoss(update) === name)) {
      throw invalidModel(`stats has a number named ${name}, like the loss itself.`, 'Rename it.');
    }
    const isTensor = tensors.isTensor(value);
    if ((isTensor || typeof value === 'number') && tensors.isScalar(value)) continue;
    const what = isTensor ? tensors.describe(value) : describeValue(value);
    throw invalidModel(`The stat ${name} is ${what}, not a scalar.`, tensors.reduceHint);
  }
  return stats as Readonly<Record<string, T | number>>;
}

function requireNow<T>(place: string, result: unknown, { computeHint }: ModelTensors<T>): void {
  if (!(result instanceof Promise)) return;
  throw invalidModel(`${place} returned a promise; it must be synchronous.`, computeHint);
}
