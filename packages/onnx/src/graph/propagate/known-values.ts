import { numbersOf } from '../../tensor/numbers.js';
import { sizeOf } from '../../tensor/tensor.js';
import type { ConstantValue, NodeValue, Value } from '../ir/graph.js';
import type { Dim } from '../ir/types.js';

/** Tensors of more elements than this are data, not shapes: their elements are not propagated. */
export const largestKnown = 256;

const ofNodes = new WeakMap<NodeValue, readonly Dim[]>();
const ofConstants = new WeakMap<ConstantValue, readonly Dim[]>();

/**
 * The elements of a small tensor, row by row, where they are known when the graph is built: a number, or the name of a
 * dimension. True is 1. Thus what Shape, Gather and Concat compute of shapes is known without running them.
 */
export function propagatedDims(value: Value): readonly Dim[] | undefined {
  if (value.kind === 'node') return ofNodes.get(value);
  if (value.kind !== 'constant' || sizeOf(value.data.shape) > largestKnown) return undefined;
  const cached = ofConstants.get(value);
  if (cached !== undefined) return cached;
  const numbers = numbersOf(value.data);
  ofConstants.set(value, numbers);
  return numbers;
}

/** The elements where all of them are numbers. */
export function allNumbers(dims: readonly Dim[] | undefined): readonly number[] | undefined {
  return dims?.every((dim) => typeof dim === 'number') ? dims : undefined;
}

/**
 * The elements of a value where they are known when the graph is built; undefined for others, and for an omitted value.
 */
export function propagatedNumbers(value: Value | null | undefined): readonly number[] | undefined {
  return value ? allNumbers(propagatedDims(value)) : undefined;
}

/** Records the known elements of a node's output; for the propagation rules only. */
export function setPropagated(value: NodeValue, numbers: readonly Dim[]): void {
  ofNodes.set(value, numbers);
}
