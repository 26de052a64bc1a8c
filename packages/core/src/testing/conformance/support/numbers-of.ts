import { ok } from 'node:assert/strict';
import { type Batch, elements, type TensorData } from '../../../tensor/tensor-data.js';

export function numbersOf(value: TensorData): number[] {
  return Array.from(elements(value), Number);
}

/** The output of a prediction that is [batch, 2], like the targets. */
export function answersOf(outputs: Batch, rows: number): number[] {
  const answers = Object.values(outputs).find(({ shape }) => shape[0] === rows && isPair(shape));
  ok(answers, `no output is [${rows}, 2], like y; outputs: ${Object.keys(outputs).join(', ') || 'none'}`);
  return numbersOf(answers);
}

/** Fails unless each number is close to the expected one, relative to the largest of them. */
export function close(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string, tolerance = 1e-3): void {
  ok(actual.length === expected.length, `${what}: ${actual.length} numbers, not ${expected.length}`);
  const largest = Math.max(...Array.from(expected, Math.abs), 1e-6);
  for (let at = 0; at < expected.length; at++) {
    const fits = Math.abs(actual[at]! - expected[at]!) <= tolerance * largest;
    ok(fits, `${what}: number ${at} is ${actual[at]}, not ${expected[at]}`);
  }
}

function isPair(shape: readonly number[]): boolean {
  return shape.length === 2 && shape[1] === 2;
}
