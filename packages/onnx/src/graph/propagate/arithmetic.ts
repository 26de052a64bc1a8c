import { addDims, floorDivideDims, isNonNegative, multiplyDims, subtractDims } from '../ir/dims.js';
import type { Node, Value } from '../ir/graph.js';
import type { Dim } from '../ir/types.js';
import { propagatedDims } from './known-values.js';

type Arithmetic = (a: Dim, b: Dim, isInteger: boolean) => Dim | undefined;

/** The known elements of an elementwise operator's result, given those of its inputs. */
export function elementwiseNumbers({ op, inputs }: Node): readonly Dim[] | undefined {
  const [first, second] = inputs;
  if (!first) return undefined;
  const a = propagatedDims(first);
  if (Object.hasOwn(unary, op)) return whole(a?.map((number) => unary[op]!(number)));
  const b = second ? propagatedDims(second) : undefined;
  if (!Object.hasOwn(binary, op) || inputs.length !== 2 || !second || a === undefined || b === undefined)
    return undefined;
  if (!isSimple(first, second)) return undefined;
  const count = a.length === 0 || b.length === 0 ? 0 : Math.max(a.length, b.length);
  const isInteger = !first.dtype.includes('float');
  return whole(
    Array.from({ length: count }, (_, at) =>
      binary[op]!(a[a.length === 1 ? 0 : at]!, b[b.length === 1 ? 0 : at]!, isInteger),
    ),
  );
}

/** The list where no element is missing. */
function whole(list: readonly (Dim | undefined)[] | undefined): readonly Dim[] | undefined {
  return list?.every((element) => element !== undefined) ? list : undefined;
}

/** Whether elements pair one to one, or one is broadcast to all. */
function isSimple(a: Value, b: Value): boolean {
  const sizes = [a, b].map(({ shape }) => shape.reduce(multiplyDims, 1));
  return sizes.includes(1) || a.shape.join() === b.shape.join();
}

const unary: Readonly<Record<string, (a: Dim) => Dim | undefined>> = {
  Neg: (a) => (typeof a === 'number' ? -a : multiplyDims(a, -1)),
  Abs: (a) => (typeof a === 'number' ? Math.abs(a) : isNonNegative(a) ? a : undefined),
  Floor: (a) => (typeof a === 'number' ? Math.floor(a) : a),
  Ceil: (a) => (typeof a === 'number' ? Math.ceil(a) : a),
  Sqrt: (a) => (typeof a === 'number' ? Math.sqrt(a) : undefined),
  Reciprocal: (a) => (typeof a === 'number' ? 1 / a : undefined),
  Not: (a) => (typeof a === 'number' ? Number(a === 0) : undefined),
};

const binary: Readonly<Record<string, Arithmetic>> = {
  Add: named(addDims),
  Sub: named(subtractDims),
  Mul: named(multiplyDims),
  Div: divided,
  Mod: (a, b, isInteger) =>
    isInteger && typeof a === 'number' && typeof b === 'number' && b !== 0 ? a - b * Math.floor(a / b) : undefined,
  Min: (a, b, isInteger) => (isInteger ? extreme(a, b, Math.min) : undefined),
  Max: (a, b, isInteger) => (isInteger ? extreme(a, b, Math.max) : undefined),
  Equal: (a, b) => (a === b ? 1 : areDifferent(a, b) ? 0 : undefined),
  Less: (a, b) => compared(a, b, (x, y) => x < y),
  LessOrEqual: (a, b) => compared(a, b, (x, y) => x <= y),
  Greater: (a, b) => compared(a, b, (x, y) => x > y),
  GreaterOrEqual: (a, b) => compared(a, b, (x, y) => x >= y),
  And: (a, b) => compared(a, b, (x, y) => x !== 0 && y !== 0),
  Or: (a, b) => compared(a, b, (x, y) => x !== 0 || y !== 0),
};

/** Arithmetic on names is with whole numbers only. */
function named(operation: (a: Dim, b: Dim) => Dim): Arithmetic {
  return (a, b) => {
    const mixed = typeof a !== typeof b;
    return mixed && ![a, b].some(Number.isSafeInteger) ? undefined : operation(a, b);
  };
}

/** Whole numbers are divided towards zero. */
function divided(a: Dim, b: Dim, isInteger: boolean): Dim | undefined {
  if (typeof a === 'number' && typeof b === 'number')
    return b === 0 ? undefined : isInteger ? Math.trunc(a / b) : a / b;
  return isInteger && isNonNegative(a) && isNonNegative(b) && b !== 0 ? floorDivideDims(a, b) : undefined;
}

function extreme(a: Dim, b: Dim, of: (x: number, y: number) => number): Dim | undefined {
  if (a === b) return a;
  return typeof a === 'number' && typeof b === 'number' ? of(a, b) : undefined;
}

/** A size is never negative, whatever its name stands for. */
function areDifferent(a: Dim, b: Dim): boolean {
  const difference = subtractDims(a, b);
  if (typeof difference === 'number') return difference !== 0;
  return (typeof a === 'number' && a < 0 && isNonNegative(b)) || (typeof b === 'number' && b < 0 && isNonNegative(a));
}

function compared(a: Dim, b: Dim, holds: (x: number, y: number) => boolean): Dim | undefined {
  return typeof a === 'number' && typeof b === 'number' ? Number(holds(a, b)) : undefined;
}
