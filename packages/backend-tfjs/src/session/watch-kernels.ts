import { type Batch, batchSizeOf, invalidModel } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import { type IndexRange, requireInRange } from '../model/index-ranges.js';
import type { TfjsBatch } from '../model/tfjs-model.js';
import type { Tf } from '../tf/tf.js';

type Inputs = Readonly<Record<string, tfjs.Tensor>>;
type RunKernel = (name: string, inputs: Inputs, attributes?: Readonly<Record<string, unknown>>) => unknown;

/** Kernels whose output has the elements of their input, in the same order. */
const sameElements = new Set(['Cast', 'ExpandDims', 'Identity', 'Reshape']);

const elementwise = new Set(
  'Add Sub Multiply RealDiv SquaredDifference Maximum Minimum Equal NotEqual Greater GreaterEqual Less LessEqual'.split(
    ' ',
  ),
);

/**
 * Runs the model's functions on a batch, and checks how they use its arrays.
 * @returns the result of `run`, and the range of each array that is used as indices
 * @throws ForgeError DATA_INVALID for an index out of range, MODEL_INVALID for shapes that broadcast by mistake
 */
export function watchKernels<T>(
  tf: Tf,
  batch: Batch,
  tensors: TfjsBatch,
  run: () => T,
): { readonly result: T; readonly ranges: readonly IndexRange[] } {
  const ranges = new Map<string, IndexRange>();
  // The name of the array whose elements have a data id.
  const names = new WeakMap<object, string>();
  for (const name of Object.keys(batch)) names.set(tensors[name]!.dataId, name);
  const nameOf = (tensor: tfjs.Tensor | undefined) => tensor && names.get(tensor.dataId);
  const recordIndices = (indices: tfjs.Tensor | undefined, range: Omit<IndexRange, 'name'>) => {
    const name = nameOf(indices);
    if (name === undefined || range.size >= (ranges.get(name)?.size ?? Number.POSITIVE_INFINITY)) return;
    ranges.set(name, { name, ...range });
    requireInRange(ranges.get(name)!, batch);
  };
  const engine = tf.engine() as unknown as { runKernel: RunKernel };
  const { runKernel } = engine;
  engine.runKernel = (kernel, inputs, attributes = {}) => {
    if (kernel === 'OneHot') recordIndices(inputs.indices, { size: Number(attributes.depth), use: 'tf.oneHot' });
    if (kernel === 'GatherV2') {
      const size = inputs.x!.shape[Number(attributes.axis ?? 0)]!;
      recordIndices(inputs.indices, { size, use: 'tf.gather or an embedding' });
    }
    if (elementwise.has(kernel)) rejectAllPairs(tf, kernel, inputs, nameOf, batchSizeOf(batch));
    const output = runKernel.call(engine, kernel, inputs, attributes);
    const name = sameElements.has(kernel) ? (nameOf(inputs.x ?? inputs.input) ?? nameOf(inputs.tensor)) : undefined;
    if (name !== undefined) names.set((output as tfjs.Tensor).dataId, name);
    return output;
  };
  try {
    return { result: run(), ranges: [...ranges.values()] };
  } finally {
    // Restores the class's own method.
    Reflect.deleteProperty(engine, 'runKernel');
  }
}

/**
 * Rejects an array of one number per example together with a column: [n] and [n, 1] broadcast to [n, n], so that a loss
 * or an accuracy is over all pairs of examples.
 */
function rejectAllPairs(
  tf: Tf,
  kernel: string,
  { a, b }: Inputs,
  nameOf: (tensor: tfjs.Tensor | undefined) => string | undefined,
  size: number,
): void {
  if (a === undefined || b === undefined || size < 2) return;
  const [row, column] = a.rank === 1 ? [a, b] : [b, a];
  if (row.rank !== 1 || column.rank !== 2) return;
  if (row.shape[0] !== size || column.shape[0] !== size || column.shape[1] !== 1) return;
  const [rowName, columnName] = [nameOf(row), nameOf(column)];
  // A vector of weights may be as long as a batch by chance; an array with itself is intended.
  const isChance =
    (rowName === undefined && row instanceof tf.Variable) ||
    (columnName === undefined && column instanceof tf.Variable);
  if (isChance || rowName === columnName) return;
  const shown = (tensor: tfjs.Tensor, name = 'a result') => `${name} [${tensor.shape.join(', ')}]`;
  const operands = [shown(a, nameOf(a)), shown(b, nameOf(b))].join(' and ');
  throw invalidModel(
    `${kernel} of ${operands} gives [${size}, ${size}]: every example is combined with every other.`,
    `Give both the same shape, for example with .reshape([-1, 1]) or .squeeze([1]); for all pairs, use .reshape([1, -1]).`,
  );
}
