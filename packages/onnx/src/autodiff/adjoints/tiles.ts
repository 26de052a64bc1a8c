import type { Value } from '../../graph/ir/graph.js';
import { indexRange, isStatic } from '../../graph/ir/shapes.js';
import type { Shape } from '../../graph/ir/types.js';
import { mul } from '../../ops/elementwise.js';
import { averagePool } from '../../ops/pooling.js';
import { pad, resize, slice } from '../../ops/shape.js';
import type { Windows } from './windows.js';

/**
 * Adjacent windows without overlap: each element is in exactly one, except for a remainder at the end of a dimension.
 */
export interface Tiling {
  /** Each element of [batch, channels, …tiles] repeated over its tile, [batch, channels, …sizes without remainder]. */
  repeat(value: Value): Value;
  /** The sum of each tile. */
  sum(value: Value): Value;
  /** Cuts off the remainder; `restore` pads it with zeros. */
  cut(value: Value): Value;
  restore(value: Value): Value;
}

/** undefined where the windows overlap, leave gaps, are padded, or the spatial sizes are not known. */
export function tilingOf({ kernel, strides, dilations, begins, ends }: Windows, shape: Shape): Tiling | undefined {
  const adjacent = kernel.every((size, at) => strides[at] === size && (size === 1 || dilations[at] === 1));
  const unpadded = [...begins, ...ends].every((size) => size === 0);
  const sizes: Shape = shape.slice(2);
  if (!adjacent || !unpadded || !isStatic(sizes)) return undefined;
  const rests = sizes.map((size, at) => size % kernel[at]!);
  const exact = rests.every((rest) => rest === 0);
  const none = kernel.map(() => 0);
  const axes = indexRange(2, shape.length);
  return {
    repeat: (value) =>
      resize(value, { scales: [1, 1, ...kernel], mode: 'nearest', coordinates: 'asymmetric', nearest: 'floor' }),
    sum: (value) =>
      mul(
        averagePool(value, kernel, { strides: kernel }),
        kernel.reduce((product, size) => product * size, 1),
      ),
    cut: (value) =>
      exact
        ? value
        : slice(
            value,
            none,
            sizes.map((size, at) => size - rests[at]!),
            axes,
          ),
    restore: (value) => (exact ? value : pad(value, [0, 0, ...none, 0, 0, ...rests])),
  };
}
