import { type Batch, batchSizeOf, invalidModel } from '@forge-ml/core/plugin';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf/tf.js';
import { type IndexRange, requireInRange } from './index-ranges.js';
import type { TfjsBatch } from './tfjs-model.js';

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
 * Runs the model's functions on a batch, and looks at what they do with its arrays.
 * @returns what `run` gives, and the range that each array must be in which is used as indices
 * @throws ForgeError DATA_INVALID for an index out of range, MODEL_INVALID for shapes that broadcast by mistake
 */
export function watchKernels<T>(
  tf: Tf,
  batch: Batch,
  tensors: TfjsBatch,
  run: () => T,
): { readonly result: T; readonly ranges: readonly IndexRange[] } {
  const ranges = new Map<string, IndexRange>();
  // The name of the array that the elements behind an id are.
  const names = new WeakMap<object, string>();
  for (const name of Object.keys(batch)) names.set(tensors[name]!.dataId, name);
  const nameOf = (tensor: tfjs.Tensor | undefined) => tensor && names.get(tensor.dataId);
  const noteIndices = (indices: tfjs.Tensor | undefined, range: Omit<IndexRange, 'name'>) => {
    const name = nameOf(indices);
    if (name === undefined || range.size >= (ranges.get(name)?.size ?? Number.POSITIVE_INFINITY)) return;
    ranges.set(name, { name, ...range });
    requireInRange(ranges.get(name)!, batch);
  };
  const engine = tf.engine() as unknown as { runKernel: RunKernel };
  const { runKernel } = engine;
  engine.runKernel = (kernel, inputs, attributes = {}) => {
    if (kernel === 'OneHot') noteIndices(inputs.indices, { size: Number(attributes.depth), use: 'tf.oneHot' });
    if (kernel === 'GatherV2') {
      const size = inputs.x!.shape[Number(attributes.axis ?? 0)]!;
      noteIndices(inputs.indices, { size, use: 'tf.gather or an embedding' });
    }
    if (elementwise.has(kernel)) refuseAllPairs(tf, kernel, inputs, nameOf, batchSizeOf(batch));
    const output = runKernel.call(engine, kernel, inputs, attributes);
    const name = sameElements.has(kernel) ? (nameOf(inputs.x ?? inputs.input) ?? nameOf(inputs.tensor)) : undefined;
    if (name !== undefined) names.set((output as tfjs.Tensor).dataId, name);
    return output;
  };
  try {
    return { result: run(), ranges: [...ranges.values()] };
  } finally {
    // Calls reach the class's own method again.
    Reflect.deleteProperty(engine, 'runKernel');
  }
}

/**
 * One number for each example against another that is a column: [n] and [n, 1] broadcast to [n, n], and a loss or an
 * accuracy is over all pairs of examples.
 */
function refuseAllPairs(
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
  // A vector of weights may be as long as a batch by chance; an array against itself is meant.
  const isChance =
    (rowName === undefined && row instanceof tf.Variable) ||
    (columnName === undefined && column instanceof tf.Variable);
  if (isChance || rowName === columnName) return;
  const shown = (tensor: tfjs.Tensor, name = 'a result') => `${name} [${tensor.shape.join(', ')}]`;
  const operands = [shown(a, nameOf(a)), shown(b, nameOf(b))].join(' and ');
  throw invalidModel(
    `${kernel} of ${operands} gives [${size}, ${size}]: every example is set against every other.`,
    `Give both one shape, for example with .reshape([-1, 1]) or .squeeze([1]); where all pairs are meant, with .reshape([1, -1]).`,
  );
}
