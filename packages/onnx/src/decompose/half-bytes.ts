import type { Value } from '../graph/ir/graph.js';
import { constant } from '../graph/ir/values.js';
import { call } from '../graph/make-node.js';
import { tensorOf } from '../tensor/numbers.js';

/** The first number of 4 bits of each byte. @param signed whether they are int4: then 8 greater than they are */
export function lowHalves(bytes: Value, signed = false): Value {
  return call('BitwiseAnd', [asUnsigned(bytes, signed), byte(15)]);
}

/** The second one. */
export function highHalves(bytes: Value, signed = false): Value {
  return call('BitShift', [asUnsigned(bytes, signed), byte(4)], { direction: { type: 'string', value: 'RIGHT' } });
}

/** Numbers of 4 bits in two's complement, as unsigned ones that are 8 greater. */
export function asUnsigned(bytes: Value, signed: boolean): Value {
  return signed ? call('BitwiseXor', [bytes, byte(0x88)]) : bytes;
}

/** Each number of 4 bits in both halves of its byte: 17 times the number. */
export function inBothHalves(numbers: Value): Value {
  const high = call('BitShift', [numbers, byte(4)], { direction: { type: 'string', value: 'LEFT' } });
  return call('BitwiseOr', [numbers, high]);
}

function byte(value: number): Value {
  return constant(tensorOf([value], 'uint8', []));
}
