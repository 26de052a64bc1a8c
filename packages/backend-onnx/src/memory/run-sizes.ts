import type { Value } from '@forge-ml/onnx/graph';
import { bytesOfElement } from '../model/value-size.js';

/**
 * The bytes of values of a graph.
 * @param sizes those of a batch, by the names of its axes. A value with a size that only the data decide counts as its
 * largest input.
 */
export function runSizes(sizes: ReadonlyMap<string, number>): (value: Value) => number {
  const known = new Map<Value, number>();
  const of = (value: Value): number => {
    const bytes = known.get(value) ?? sizeOf(value);
    known.set(value, bytes);
    return bytes;
  };
  const sizeOf = (value: Value): number => {
    const ofElement = bytesOfElement(value.dtype);
    const dims = value.shape.map((dim) => (typeof dim === 'number' ? dim : sizes.get(dim)));
    if (dims.every((dim) => dim !== undefined)) return dims.reduce((count, dim) => count * dim, ofElement);
    return value.kind === 'node'
      ? Math.max(0, ...value.node.inputs.map((input) => (input ? of(input) : 0)))
      : ofElement;
  };
  return of;
}
