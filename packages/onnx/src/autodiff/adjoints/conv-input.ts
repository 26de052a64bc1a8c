import type { Value } from '../../graph/ir/graph.js';
import { indexRange, isStatic } from '../../graph/ir/shapes.js';
import { conv, convTranspose } from '../../ops/linear.js';
import { shapeOf, slice, transpose } from '../../ops/shape.js';
import { reach, type Windows } from './windows.js';

interface Request {
  /** [batch, filters, …positions] */
  readonly gradient: Value;
  /** [filters, channels / group, …kernel] */
  readonly weights: Value;
  readonly windows: Windows;
  readonly group: number;
  /** The convolution's input, [batch, channels, …]. */
  readonly x: Value;
}

/** The gradient of a convolution's input. */
export function convInputGradient(request: Request): Value {
  const { gradient, weights, windows, group, x } = request;
  const { kernel, strides, begins, ends } = windows;
  const pointwise =
    [...kernel, ...strides].every((size) => size === 1) && [...begins, ...ends].every((pad) => pad === 0);
  if (pointwise && group === 1) {
    const swapped = transpose(weights, [1, 0, ...indexRange(2, x.shape.length)]);
    return conv(gradient, swapped, undefined, {});
  }
  return isStatic(x.shape.slice(2)) ? transposed(request) : transposedAndCropped(request);
}

/** A transposed convolution whose end is cropped or padded to the sizes of `x`. */
function transposed({ gradient, weights, windows, group, x }: Request): Value {
  const { kernel, strides, dilations, begins } = windows;
  const surplus = kernel.map((_, at) => {
    return reach(windows, at, gradient.shape[at + 2] as number) - begins[at]! - (x.shape[at + 2] as number);
  });
  return convTranspose(gradient, weights, undefined, {
    strides,
    dilations,
    group,
    pads: [...begins, ...surplus.map((size) => Math.max(0, size))],
    outputPadding: surplus.map((size) => Math.max(0, -size)),
  });
}

/** The remainder of a stride is only known at run time: pads by the maximum, then crops. */
function transposedAndCropped({ gradient, weights, windows, group, x }: Request): Value {
  const { strides, dilations, begins, ends } = windows;
  const exact = strides.every((stride) => stride === 1);
  const transposed = convTranspose(gradient, weights, undefined, {
    strides,
    dilations,
    group,
    pads: [...begins, ...(exact ? ends : ends.map(() => 0))],
    outputPadding: strides.map((stride) => stride - 1),
  });
  if (exact) return transposed;
  const axes = indexRange(2, x.shape.length);
  return slice(
    transposed,
    axes.map(() => 0),
    shapeOf(x, 2),
    axes,
  );
}
