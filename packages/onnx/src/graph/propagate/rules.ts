import { numbersOf } from '../../tensor/numbers.js';
import type { DType } from '../../tensor/tensor.js';
import { isNonNegative, multiplyDims, productOfDims } from '../ir/dims.js';
import type { Node, Value } from '../ir/graph.js';
import type { Dim, Shape } from '../ir/types.js';
import { elementwiseNumbers } from './arithmetic.js';
import { allNumbers, largestKnown, propagatedDims, setPropagated } from './known-values.js';
import { shapeRange, slicedNumbers, transposedNumbers } from './views.js';

/** Records the known elements of a node's outputs; called once, when the node is made. */
export function propagate(node: Node): void {
  if (node.domain !== '' || node.outputs.length === 0) return;
  const outputs = node.op === 'Split' ? splitNumbers(node) : [numbersOfFirst(node)];
  for (const [at, numbers] of (outputs ?? []).entries()) {
    const value = node.outputs[at];
    if (value === undefined || numbers === undefined || numbers.length > largestKnown) continue;
    if (!numbers.every((number) => isHeld(number, value.dtype))) continue;
    const isSingle = value.dtype === 'float32';
    setPropagated(value, isSingle ? numbers.map((n) => (typeof n === 'number' ? Math.fround(n) : n)) : numbers);
  }
}

/** Whether a dtype holds a number exactly: one that would overflow or lose digits is not propagated. */
function isHeld(number: Dim, dtype: DType): boolean {
  if (typeof number === 'string') return !/^(bool|u?int4|u?int8|u?int16|b?float16)$/.test(dtype);
  if (dtype.includes('float')) return !dtype.includes('16');
  const bits = dtype === 'bool' ? 8 : Math.min(Number(/\d+$/.exec(dtype)), 53);
  const low = dtype.startsWith('int') ? -(2 ** (bits - (bits === 53 ? 0 : 1))) : 0;
  const high = 2 ** (dtype.startsWith('int') && bits < 53 ? bits - 1 : bits) - 1;
  return Number.isInteger(number) && number >= low && number <= high;
}

function numbersOfFirst(node: Node): readonly Dim[] | undefined {
  const { op } = node;
  if (Object.hasOwn(rules, op)) return rules[op]!(node);
  return elementwiseNumbers(node);
}

const sameElements = (node: Node) => known(node, 0);

const rules: Readonly<Record<string, (node: Node) => readonly Dim[] | undefined>> = {
  Identity: sameElements,
  Reshape: sameElements,
  Flatten: sameElements,
  Squeeze: sameElements,
  Unsqueeze: sameElements,

  Shape(node) {
    const { shape } = node.inputs[0]!;
    const bound = (name: string, otherwise: number) => intOf(node, name) ?? otherwise;
    const [start, end] = shapeRange(bound('start', 0), bound('end', shape.length), shape.length);
    return shape.slice(start, end);
  },

  Size: (node) => [productOfDims(node.inputs[0]!.shape)],

  Constant(node) {
    const attribute = Object.values(node.attributes)[0];
    if (attribute?.type === 'tensor') return isSmall(attribute.value.shape) ? numbersOf(attribute.value) : undefined;
    if (attribute?.type === 'int' || attribute?.type === 'float') return [attribute.value];
    return attribute?.type === 'ints' || attribute?.type === 'floats' ? attribute.value : undefined;
  },

  Cast(node) {
    const numbers = known(node, 0);
    const to = node.outputs[0]!.dtype;
    if (to === 'bool') return allNumbers(numbers)?.map((number) => Number(number !== 0));
    if (to.includes('float')) return numbers;
    return numbers?.map((number) => (typeof number === 'number' ? Math.trunc(number) : number));
  },

  Concat(node) {
    const axis = intOf(node, 'axis');
    if (axis !== 0 && axis !== -node.outputs[0]!.shape.length) return undefined;
    const parts = node.inputs.map((_, at) => known(node, at));
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  },

  Gather(node) {
    const [numbers, at] = [known(node, 0), allNumbers(known(node, 1))];
    if (numbers === undefined || at === undefined || node.inputs[0]!.shape.length !== 1) return undefined;
    return at.map((index) => numbers.at(index)!);
  },

  Transpose: transposedNumbers,

  Slice: slicedNumbers,

  Where(node) {
    const condition = allNumbers(known(node, 0));
    const [a, b] = [known(node, 1), known(node, 2)];
    const count = sizeIfSmall(node.outputs[0]!.shape);
    if (condition === undefined || a === undefined || b === undefined || count === undefined) return undefined;
    if (![condition, a, b].every(({ length }) => length === 1 || length === count)) return undefined;
    const at = <T>(list: readonly T[], index: number) => list[list.length === 1 ? 0 : index]!;
    return Array.from({ length: count }, (_, index) => at(at(condition, index) !== 0 ? a : b, index));
  },

  ConstantOfShape(node) {
    const value = node.attributes.value;
    const [fill] = value?.type === 'tensor' ? numbersOf(value.value) : [0];
    return filled(node.outputs[0]!, fill);
  },

  Expand(node) {
    const numbers = known(node, 0);
    const count = sizeIfSmall(node.outputs[0]!.shape);
    return numbers?.length === 1
      ? filled(node.outputs[0]!, numbers[0])
      : numbers?.length === count
        ? numbers
        : undefined;
  },

  Range(node) {
    const [start, , step] = [0, 1, 2].map((at) => allNumbers(known(node, at))?.[0]);
    const count = sizeIfSmall(node.outputs[0]!.shape);
    if (start === undefined || step === undefined || count === undefined) return undefined;
    return Array.from({ length: count }, (_, at) => start + at * step);
  },

  ReduceProd: (node) => (isWhole(node) ? reduced(known(node, 0)) : undefined),
};

function known(node: Node, at: number): readonly Dim[] | undefined {
  const value = node.inputs[at];
  return value ? propagatedDims(value) : undefined;
}

function intOf(node: Node, name: string): number | undefined {
  const attribute = node.attributes[name];
  return attribute?.type === 'int' ? attribute.value : undefined;
}

function splitNumbers(node: Node): readonly (readonly Dim[])[] | undefined {
  const numbers = node.inputs[0]!.shape.length === 1 ? known(node, 0) : undefined;
  if (numbers === undefined) return undefined;
  let start = 0;
  const parts: (readonly Dim[])[] = [];
  for (const { shape } of node.outputs) {
    const size = shape[0]!;
    if (typeof size !== 'number') return parts;
    parts.push(numbers.slice(start, start + size));
    start += size;
  }
  return parts;
}

function sizeIfSmall(shape: Shape): number | undefined {
  const size = shape.reduce(multiplyDims, 1);
  return typeof size === 'number' && size <= largestKnown ? size : undefined;
}

function isSmall(shape: Shape): boolean {
  return sizeIfSmall(shape) !== undefined;
}

function filled({ shape }: Value, fill: Dim | undefined): readonly Dim[] | undefined {
  const count = sizeIfSmall(shape);
  return fill === undefined || count === undefined ? undefined : Array<Dim>(count).fill(fill);
}

/** Whether a reduction makes one number of a vector. */
function isWhole(node: Node): boolean {
  return node.inputs[0]!.shape.length === 1 && sizeIfSmall(node.outputs[0]!.shape) === 1;
}

function reduced(numbers: readonly Dim[] | undefined): readonly Dim[] | undefined {
  return numbers?.every(isNonNegative) ? [productOfDims(numbers)] : undefined;
}
