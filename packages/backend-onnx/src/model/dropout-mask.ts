import type { Value } from '@forge-ml/onnx/graph';
import { scalar } from '@forge-ml/onnx/graph';
import { bitShift, bitwiseXor, cast, less, mul, not, range, reshape, shapeOf, sizeOf } from '@forge-ml/onnx/ops';

/**
 * 1 / (1 - rate) where an element is kept and 0 where it is dropped, in the shape of `x`. A hash of its index and the
 * seed decides: 32-bit words mixed as at the end of MurmurHash3 (Appleby, 2011), so it is the same on every device, and
 * needs no state.
 * @param seed uint32[]
 */
export function dropoutMask(x: Value, rate: number, seed: Value): Value {
  const kept = not(less(randomBits(x, seed), Math.round(rate * 2 ** 24)));
  return reshape(mul(cast(kept, x.dtype), 1 / (1 - rate)), shapeOf(x));
}

/**
 * Numbers from 0 up to 1, without 1, in the shape of `x` and as float32: multiples of 2^-24.
 * @param seed uint32[]
 */
export function uniformNumbers(x: Value, seed: Value): Value {
  return reshape(mul(randomBits(x, seed), 2 ** -24), shapeOf(x));
}

/** 24 random bits for each element of `x`, flattened: a whole number as float32. */
function randomBits(x: Value, seed: Value): Value {
  const places = range(0, sizeOf(x));
  let word = bitwiseXor(mul(cast(places, 'uint32'), word32(0x9e3779b1)), seed);
  word = mul(mixed(word, 16), word32(0x85ebca6b));
  word = mul(mixed(word, 13), word32(0xc2b2ae35));
  // The upper 24 bits as a number: all of them are exact in float32.
  return cast(bitShift(word, word32(8), 'right'), 'float32');
}

function mixed(word: Value, by: number): Value {
  return bitwiseXor(word, bitShift(word, word32(by), 'right'));
}

function word32(value: number): Value {
  return scalar(value, 'uint32');
}
