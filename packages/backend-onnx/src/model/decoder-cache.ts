import { type Batch, bytesPerElement, type TensorData } from '@forge-ml/core/plugin';
import { type Dim, type InputValue, indices, input, isTyped, scalar, type Value } from '@forge-ml/onnx/graph';
import { concat, constantOfShape, reshape, shapeOf } from '@forge-ml/onnx/ops';

/**
 * Decoders that generate text have inputs for the keys and values of earlier places: `past_key_values.0.key`, of
 * [batch, heads, past, size]. Whole sequences, as in training, need none: the cache is empty.
 */
export function isCacheInput(given: InputValue): boolean {
  if (!isTyped(given) || !/^past(?![a-z])/i.test(given.name)) return false;
  return given.dtype.includes('float') && given.shape.length > 2 && emptyAxes(given.shape).length > 0;
}

/** Whether the cache is used, in files that hold both graphs (Optimum's merged decoders). */
function isCacheSwitch({ name, dtype }: InputValue): boolean {
  return name === 'use_cache_branch' && dtype === 'bool';
}

/** Whether an input is empty, or false, where no array is given for it. */
export function isEmptyCache(given: InputValue): boolean {
  return isCacheInput(given) || isCacheSwitch(given);
}

/** The axis of the batch is the first that is open; the others that are open are those of earlier places. */
function emptyAxes(shape: readonly Dim[]): number[] {
  return openAxesOf(shape).slice(1);
}

function openAxesOf(shape: readonly Dim[]): number[] {
  return [...shape.keys()].filter((axis) => typeof shape[axis] === 'string');
}

/** The names of the sizes that are 0 in an empty cache. */
export function pastSizes(inputs: readonly InputValue[]): ReadonlySet<string> {
  const names = inputs
    .filter(isCacheInput)
    .flatMap(({ shape }) => emptyAxes(shape).map((axis) => shape[axis] as string));
  return new Set(names);
}

/** An empty cache for training. @param example any array of the batch */
export function emptyCache(given: InputValue, example: Value): Value {
  if (isCacheSwitch(given))
    return reshape(
      scalar(0, 'bool'),
      given.shape.map(() => 1),
    );
  const [batch] = openAxesOf(given.shape);
  const sizes = given.shape.map((size, axis) => {
    if (axis === batch) return shapeOf(example, 0, 1);
    return indices([typeof size === 'number' ? size : 0]);
  });
  return constantOfShape(concat(sizes, 0), 0, given.dtype);
}

/** The input as one of the inference graph, whose batch is that of the other arrays. */
export function cacheInput(given: InputValue): InputValue {
  const [batch] = openAxesOf(given.shape);
  return input(
    given.name,
    given.dtype,
    given.shape.map((size, axis) => (axis === batch ? 'batch' : size)),
  );
}

/** What to feed an input of the inference graph that the batch has no array for; undefined if it is no cache. */
export function emptyCacheFor(given: InputValue, batch: Batch): TensorData | undefined {
  if (isCacheSwitch(given)) return { dtype: 'bool', shape: given.shape.map(() => 1), bytes: new Uint8Array(1) };
  if (!isCacheInput(given)) return undefined;
  const examples = Object.values(batch)[0]?.shape[0] ?? 1;
  const [first] = openAxesOf(given.shape);
  const shape = given.shape.map((size, axis) => (axis === first ? examples : typeof size === 'number' ? size : 0));
  const count = shape.reduce((product, size) => product * size, 1);
  return { dtype: given.dtype, shape, bytes: new Uint8Array(count * bytesPerElement[given.dtype]) };
}
