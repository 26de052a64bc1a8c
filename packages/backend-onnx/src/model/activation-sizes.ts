import type { Batch } from '@forge-ml/core/plugin';
import type { ForwardPass, ValueSizes } from '@forge-ml/onnx';
import { type InputValue, input, rebuildValues, type Value } from '@forge-ml/onnx/graph';
import { bytesOf, sourceOf, viewed } from './value-size.js';

/** Sizes of the values of a forward pass on a batch. A size that only the data decide counts as 1. */
export function activationSizes(
  { nodes, saved }: ForwardPass,
  batch: Batch,
  inputs: Readonly<Record<string, InputValue>>,
): ValueSizes {
  const sized = new Map<Value, Value>(
    Object.entries(inputs).map(([name, value]) => [value, input(name, value.dtype, batch[name]!.shape)]),
  );
  const values = nodes.flatMap(({ outputs }) => outputs);
  const sizes = new Map<Value, number>();
  for (const [at, value] of rebuildValues(values, sized).entries()) {
    const own = values[at]!;
    if (viewed(own) === undefined) sizes.set(own, bytesOf(value));
  }
  const inMemory = new Set([...saved].map(sourceOf));
  const of = (value: Value) => sizes.get(value) ?? 0;
  return { of, ofSaved: (value) => (inMemory.has(value) ? of(value) : 0) };
}
