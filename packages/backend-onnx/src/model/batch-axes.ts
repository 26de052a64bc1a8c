import { type Batch, ForgeError } from '@forge-ml/core/plugin';
import { type Dim, type InputValue, input } from '@forge-ml/onnx/graph';

/**
 * The axes of a batch's arrays, by array: a name for one whose size may differ from batch to batch (the same name means
 * the same size), a number or null for one that has the size of the first batch. The first axis is always that of the
 * examples.
 */
export type BatchAxes = Readonly<Record<string, readonly (string | number | null)[]>>;

/**
 * Symbolic inputs for the arrays of batches that are like a sample.
 * @throws ForgeError MODEL_INVALID for axes that do not fit the sample.
 */
export function batchInputs(sample: Batch, axes: BatchAxes = {}): Record<string, InputValue> {
  return Object.fromEntries(
    Object.entries(sample).map(([name, { dtype, shape }]) => {
      const given = Object.hasOwn(axes, name) ? axes[name] : undefined;
      if (given !== undefined && given.length !== shape.length) throw otherRank(name, given, shape);
      const dims = shape.map((size, axis): Dim => (axis === 0 ? 'batch' : dimOf(given?.[axis], size, name)));
      return [name, input(name, dtype, dims)];
    }),
  );
}

function dimOf(given: string | number | null | undefined, size: number, array: string): Dim {
  if (typeof given !== 'number' || given === size) return typeof given === 'string' ? given : size;
  throw new ForgeError('MODEL_INVALID', `An axis of ${array} has the size ${size} in the data, and ${given} in axes.`, {
    about: array,
    hint: 'Give it a name where it may vary, or null for the size that it has.',
  });
}

/**
 * The axes together with those of arrays that have none, such as targets for each position of a sequence: an axis that is
 * as long as an open one in the sample is taken for the same.
 */
export function withLikelyAxes(sample: Batch, axes: BatchAxes): BatchAxes {
  const open = new Map<number, string>();
  for (const [name, dims] of Object.entries(axes)) {
    for (const [axis, dim] of dims.entries()) {
      const size = sample[name]?.shape[axis];
      if (axis > 0 && typeof dim === 'string' && size !== undefined && !open.has(size)) open.set(size, dim);
    }
  }
  const others = Object.entries(sample).filter(([name]) => !Object.hasOwn(axes, name));
  const likely = others.map(([name, { shape }]) => {
    return [name, shape.map((size, axis) => (axis === 0 ? 'batch' : (open.get(size) ?? null)))] as const;
  });
  return { ...axes, ...Object.fromEntries(likely) };
}

/** @throws ForgeError MODEL_INVALID for axes of an array that the sample does not have. */
export function checkArraysOf(axes: BatchAxes, sample: Batch): void {
  for (const name of Object.keys(axes)) if (!Object.hasOwn(sample, name)) throw noArray(name, sample);
}

/** The sizes that names of axes have in a sample. */
export function sizesOfAxes(sample: Batch, inputs: Readonly<Record<string, InputValue>>): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const [name, { shape }] of Object.entries(inputs)) {
    for (const [axis, dim] of shape.entries()) if (typeof dim === 'string') sizes.set(dim, sample[name]!.shape[axis]!);
  }
  return sizes;
}

function noArray(name: string, sample: Batch): ForgeError {
  return new ForgeError('MODEL_INVALID', `The model's axes name ${name}, which the batch does not have.`, {
    about: name,
    hint: `Its arrays are ${Object.keys(sample).join(', ')}.`,
  });
}

function otherRank(name: string, given: readonly unknown[], shape: readonly number[]): ForgeError {
  const message = `The model's axes give ${name} ${given.length} dimensions, but it is [${shape.join(', ')}].`;
  return new ForgeError('MODEL_INVALID', message, { about: name, hint: 'Give one entry for each dimension.' });
}
