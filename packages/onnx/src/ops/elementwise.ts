import { known } from '../errors/options.js';
import { int } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { call } from '../graph/make-node.js';
import { codeOfDtype } from '../proto/data-types.js';
import type { DType } from '../tensor/tensor.js';
import { type Operand, operands } from './operand.js';

const unary = (op: string) => (x: Value) => call(op, [x]);
const binary = (op: string) => (a: Operand, b: Operand) => call(op, operands(a, b));

export const add = binary('Add');
export const sub = binary('Sub');
export const mul = binary('Mul');
/** a / b; of integers the integer part. */
export const div = binary('Div');
export const neg = unary('Neg');
export const abs = unary('Abs');
export const sign = unary('Sign');
export const sqrt = unary('Sqrt');
export const reciprocal = unary('Reciprocal');
export const exp = unary('Exp');
export const log = unary('Log');
export const erf = unary('Erf');
export const floor = unary('Floor');
export const ceil = unary('Ceil');
/** To the nearest whole number, halves to the even one. */
export const round = unary('Round');
export const sin = unary('Sin');
export const cos = unary('Cos');
export const tan = unary('Tan');
export const asin = unary('Asin');
export const acos = unary('Acos');
export const atan = unary('Atan');
export const sinh = unary('Sinh');
export const cosh = unary('Cosh');
export const asinh = unary('Asinh');
export const acosh = unary('Acosh');
export const atanh = unary('Atanh');
export const identity = unary('Identity');

/** base ^ exponent, of the base's dtype. */
export const pow = binary('Pow');

/** The remainder with the divisor's sign; with `fmod` (needed for floats) the dividend's, as in C. */
export function mod(a: Operand, b: Operand, options: { fmod?: boolean } = {}): Value {
  const { fmod = false } = known('ops.mod', options, ['fmod']);
  return call('Mod', operands(a, b), fmod ? { fmod: int(1) } : {});
}

/** The elementwise maximum of all, broadcast. */
export function max(values: readonly Operand[]): Value {
  return call('Max', operands(...values));
}

/** The elementwise minimum of all, broadcast. */
export function min(values: readonly Operand[]): Value {
  return call('Min', operands(...values));
}

/** Limits every element to [low, high]; an omitted bound is open. */
export function clip(x: Value, low?: Operand, high?: Operand): Value {
  const bound = (end: Operand | undefined) => (end === undefined ? null : operands(x, end)[1]!);
  return call('Clip', [x, bound(low), bound(high)]);
}

/** The same numbers in another dtype; `x` itself where it has that dtype. */
export function cast(x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : call('Cast', [x], { to: int(codeOfDtype(dtype)) });
}
