import type { Value } from '../graph/ir/graph.js';
import { add, cast, sub } from '../ops/elementwise.js';
import { and, greater, lessOrEqual } from '../ops/logic.js';
import { range, unsqueeze } from '../ops/shape.js';
import type { DType } from '../tensor/tensor.js';
import { sizeNumber } from './sizes.js';

/** The most negative number of a dtype. */
export function lowestOf(dtype: DType): number {
  return dtype === 'float16' ? -65504 : dtype === 'bfloat16' ? -3.3895313892515355e38 : -3.4028234663852886e38;
}

/** The positions of the places of a key, [places]. */
export function placesOf(key: Value): Value {
  return range(0, sizeNumber(key, 2));
}

/** bool [time, places]: whether a row may see a place: itself and those before it, with `before` more places first. */
export function causalMask(query: Value, key: Value, before?: Value, window = -1): Value {
  const first = unsqueeze(range(0, sizeNumber(query, 2)), [1]);
  const row = before ? add(first, before) : first;
  const place = unsqueeze(placesOf(key), [0]);
  const seen = lessOrEqual(place, row);
  return window < 0 ? seen : and(seen, greater(place, sub(row, window)));
}

/** The difference of the number of places and of rows: how many places come before the first row. */
export function placesBefore(query: Value, key: Value): Value {
  return sub(sizeNumber(key, 2), sizeNumber(query, 2));
}

/** A mask of whole numbers, 0 where nothing may be seen, as bool. */
export function isNotZero(mask: Value): Value {
  return cast(mask, 'bool');
}
