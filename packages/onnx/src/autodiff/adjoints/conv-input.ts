import type { Value } from '../../graph/ir/graph.js';
import { indexRange, isStatic } from '../../graph/ir/shapes.js';
import { conv, convTranspose } from '../../ops/linear.js';
import { shapeOf, slice, transpose } from '../../ops/shape.js';
import type { FastConvolutions } from './fast-convolutions.js';
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

/**
 * The gradient of a convolution's input, in the fastest form for its shape.
 * @param areFast which convolutions the engine computes faster than transposed ones
 */
export function convInputGradient(request: Request, areFast: FastConvolutions = () => false): Value {
  const { gradient, weights, windows, group, x } = request;
  const { kernel, strides, begins, ends } = windows;
  const pointwise =
    [...kernel, ...strides].every((size) => size === 1) && [...begins, ...ends].every((pad) => pad === 0);
  if (pointwise && group === 1) {
    const swapped = transpose(weights, [1, 0, ...indexRange(2, x.shape.length)]);
    return conv(gradient, swapped, undefined, {});
  }
  if (!isStatic(x.shape.slice(2))) return transposedAndCropped(request);
  const [channels, filters] = [weights.shape[0]!, weights.shape[1]!];
  const isFast = group === 1 && areFast({ channels, filters }) && fillsLittle(request);
  return isFast ? rotated(request) : transposed(request);
}

/** A convolution computes as many products for each element of `x` as a transposed one does for each of the gradient. */
const mostPadding = 1.5;

/** Whether a convolution over the padded gradient is possible, and wastes few products on the padding. */
function fillsLittle({ gradient, windows, x }: Request): boolean {
  const { strides, begins, ends } = windows;
  if (strides.some((stride) => stride !== 1)) return false;
  if ([begins, ends].some((pads) => pads.some((pad, at) => pad > overlapOf(windows, at)))) return false;
  const area = (value: Value) => value.shape.slice(2).reduce<number>((product, size) => product * (size as number), 1);
  return area(x) <= mostPadding * area(gradient);
}

/** How many elements of a dimension neighboring windows share, for strides of 1. */
function overlapOf({ kernel, dilations }: Windows, at: number): number {
  return (kernel[at]! - 1) * dilations[at]!;
}

/** For strides of 1: the convolution of the padded gradient with the kernels turned by 180°. */
function rotated({ gradient, weights, windows, x }: Request): Value {
  const { dilations, begins, ends } = windows;
  const axes = indexRange(2, x.shape.length);
  const minusOnes = axes.map(() => -1);
  const turned = slice(
    weights,
    minusOnes,
    axes.map(() => -Number.MAX_SAFE_INTEGER),
    axes,
    minusOnes,
  );
  const pads = [begins, ends].flatMap((given) => given.map((pad, at) => overlapOf(windows, at) - pad));
  return conv(gradient, transpose(turned, [1, 0, ...axes]), undefined, { dilations, pads });
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
