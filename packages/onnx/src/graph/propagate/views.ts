import type { Node } from '../ir/graph.js';
import type { Dim } from '../ir/types.js';
import { allNumbers, propagatedDims, propagatedNumbers } from './known-values.js';

/** A strided view of row-major numbers: the offset of its first element, and the stride of each dimension. */
interface View {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

export function transposedNumbers({ inputs: [x], attributes: { perm } }: Node): readonly Dim[] | undefined {
  const numbers = propagatedDims(x!);
  const shape = allNumbers(x!.shape);
  if (numbers === undefined || shape === undefined) return undefined;
  const order = perm?.type === 'ints' ? perm.value : shape.map((_, axis) => shape.length - 1 - axis);
  const strides = rowStrides(shape);
  return numbersOf(numbers, {
    shape: order.map((axis) => shape[axis]!),
    strides: order.map((axis) => strides[axis]!),
    offset: 0,
  });
}

export function slicedNumbers({ inputs, outputs }: Node): readonly Dim[] | undefined {
  const [x, start, , axis, step] = inputs;
  const numbers = propagatedDims(x!);
  const [from, to] = [allNumbers(x!.shape), allNumbers(outputs[0]!.shape)];
  const starts = propagatedNumbers(start!);
  if (numbers === undefined || from === undefined || to === undefined || starts === undefined) return undefined;
  const axes = axis ? propagatedNumbers(axis) : [...starts.keys()];
  const steps = step ? propagatedNumbers(step) : starts.map(() => 1);
  if (axes === undefined || steps === undefined) return undefined;
  const strides = rowStrides(from);
  let offset = 0;
  for (const [at, start] of starts.entries()) {
    const along = (axes[at]! + from.length) % from.length;
    const size = from[along]!;
    offset += Math.min(Math.max(start < 0 ? start + size : start, 0), Math.max(size - 1, 0)) * strides[along]!;
    strides[along]! *= steps[at]!;
  }
  return numbersOf(numbers, { shape: to, strides, offset });
}

function rowStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

function numbersOf(numbers: readonly Dim[], { shape, strides, offset }: View): Dim[] {
  const [size, ...inner] = shape;
  if (size === undefined) return [numbers[offset]!];
  return Array.from({ length: size }, (_, at) =>
    numbersOf(numbers, { shape: inner, strides: strides.slice(1), offset: offset + at * strides[0]! }),
  ).flat();
}

/** The range of dimensions that Shape returns, of `rank`: ends are clamped, negative ones count from the back. */
export function shapeRange(start: number, end: number, rank: number): [start: number, end: number] {
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + rank : at, 0), rank);
  return [clamp(start), clamp(end)];
}
