import type { Value } from '../graph/ir/graph.js';
import { scalar } from '../graph/ir/values.js';

/** A value, or a number for a 0-d constant of the other operand's dtype. */
export type Operand = Value | number;

/** The operands as values; at least one must be a value already, which gives numbers their dtype. */
export function operands(...given: readonly Operand[]): Value[] {
  const dtype = given.find((operand) => typeof operand !== 'number')?.dtype ?? 'float32';
  return given.map((operand) => (typeof operand === 'number' ? scalar(operand, dtype) : operand));
}
