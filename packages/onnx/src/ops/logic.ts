import { text } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { call } from '../graph/make-node.js';
import { type Operand, operands } from './operand.js';

const compare = (op: string) => (a: Operand, b: Operand) => call(op, operands(a, b));
const binary = (op: string) => (a: Value, b: Value) => call(op, [a, b]);

export const equal = compare('Equal');
export const less = compare('Less');
export const lessOrEqual = compare('LessOrEqual');
export const greater = compare('Greater');
export const greaterOrEqual = compare('GreaterOrEqual');
export const and = binary('And');
export const or = binary('Or');
export const xor = binary('Xor');
export const not = (x: Value) => call('Not', [x]);
export const isNan = (x: Value) => call('IsNaN', [x]);
/** Whether it is an infinity of either sign. */
export const isInf = (x: Value) => call('IsInf', [x]);

export const bitwiseAnd = compare('BitwiseAnd');
export const bitwiseOr = compare('BitwiseOr');
export const bitwiseXor = compare('BitwiseXor');
export const bitwiseNot = (x: Value) => call('BitwiseNot', [x]);

/** Unsigned whole numbers shifted by `by` bits. */
export function bitShift(x: Operand, by: Operand, direction: 'left' | 'right'): Value {
  return call('BitShift', operands(x, by), { direction: text(direction.toUpperCase()) });
}

/** a where the condition holds, else b; all three are broadcast. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  return call('Where', [condition, ...operands(a, b)]);
}
