import { invalidModel } from '@forge-ml/onnx';
import type { InputValue, Value } from '@forge-ml/onnx/graph';
import { type Dim, describeType, propagatedDims, subtractDims } from '@forge-ml/onnx/graph';
import { cast, concat, reshape, shapeOf } from '@forge-ml/onnx/ops';
import { cacheInput, emptyCache, isEmptyCache, pastSizes } from '../model/decoder-cache.js';
import type { OnnxBatch, OnnxContext } from '../model/onnx-model.js';

/** By the model's input: the name of the batch's array for it, or a function of the batch. */
export type InputMap = Readonly<Record<string, string | ((batch: OnnxBatch, context: OnnxContext) => Value)>>;

/**
 * The value for each input; integers are converted to its dtype, and floats to its precision. The cache of a decoder, if the batch has none, is
 * empty in training and stays an input for inference.
 * @throws ForgeError MODEL_INVALID naming the input, where the batch has no array for it, or one that does not fit.
 */
export function bindInputs(
  inputs: readonly InputValue[],
  map: InputMap,
  batch: OnnxBatch,
  context: OnnxContext,
): Map<Value, Value> {
  const isEmpty = (input: InputValue) => hasNoArray(input, map, batch);
  const bound = new Map<Value, Value>(
    inputs.filter((input) => !isEmpty(input)).map((input) => [input, boundTo(input, map, batch, context)]),
  );
  const caches = inputs.filter(isEmpty);
  const [example] = bound.values();
  if (caches.length === 0 || !example) return bound;
  if (context.training) withoutPast(bound, pastSizes(caches));
  for (const cache of caches) bound.set(cache, context.training ? emptyCache(cache, example) : cacheInput(cache));
  return bound;
}

/** Whether an input is a decoder's cache, which is empty where the batch has none. */
function hasNoArray(input: InputValue, map: InputMap, batch: OnnxBatch): boolean {
  return !Object.hasOwn(map, input.name) && isEmptyCache(input) && !(input.name in batch);
}

/**
 * With an empty cache, an axis of `past + length` is as long as one of `length`: it gets that size, so that masks and
 * scores are known to be of one shape.
 */
function withoutPast(bound: Map<Value, Value>, past: ReadonlySet<string>): void {
  const given = [...bound];
  const sizeOf = (name: Dim): Value | undefined => {
    for (const [input, value] of given) {
      const axis = input.shape.indexOf(name);
      if (axis >= 0 && input.shape.length === value.shape.length) return shapeOf(value, axis, axis + 1);
    }
    return undefined;
  };
  for (const [input, value] of given) {
    const sizes = input.shape.map((dim, axis) => {
      const rest = typeof dim === 'string' ? [...past].map((name) => subtractDims(dim, name)) : [];
      const shorter = rest.find((one) => typeof one === 'string' && sizeOf(one));
      return (shorter === undefined ? undefined : sizeOf(shorter)) ?? (shapeOf(value, axis, axis + 1) as Value);
    });
    const isShorter = sizes.some((size, axis) => propagatedDims(size)?.[0] !== value.shape[axis]);
    if (isShorter) bound.set(input, reshape(value, concat(sizes, 0)));
  }
}

/** @throws ForgeError MODEL_INVALID for an unknown input. */
export function checkInputMap(all: readonly InputValue[], map: InputMap): void {
  const names = all.map(({ name }) => name);
  const unknown = Object.keys(map).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw invalidModel(`The model has no input "${unknown}".`, unknown, `Its inputs are ${quoted(names)}.`);
}

function boundTo(input: InputValue, map: InputMap, batch: OnnxBatch, context: OnnxContext): Value {
  const source = Object.hasOwn(map, input.name) ? map[input.name]! : input.name;
  const value = typeof source === 'string' ? batch[source] : source(batch, context);
  if (!value) {
    const array = typeof source === 'string' ? source : 'an array';
    const hint = `Name the array: inputs: { '${input.name}': '${Object.keys(batch)[0] ?? 'images'}' }.`;
    throw invalidModel(
      `The model's input "${input.name}" needs ${array}, which the batch does not have`,
      input.name,
      hint,
    );
  }
  const isWhole = /int/.test(value.dtype) && input.dtype !== 'bool';
  const isFloat = /float/.test(value.dtype) && /float/.test(input.dtype);
  if (value.shape.length === input.shape.length && (isWhole || isFloat || value.dtype === input.dtype)) {
    return cast(value, input.dtype);
  }
  throw invalidModel(
    `The model's input "${input.name}" is ${describeType(input)}; the batch gives ${describeType(value)}.`,
    input.name,
    `Convert it, for example inputs: { '${input.name}': ({ images }, context) => channelsFirst()(images, context) }.`,
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
