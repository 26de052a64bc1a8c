import { int, ints } from '../../graph/ir/attributes.js';
import { unknownDim } from '../../graph/ir/dims.js';
import type { Value } from '../../graph/ir/graph.js';
import { indexRange, isStatic } from '../../graph/ir/shapes.js';
import { makeNode } from '../../graph/make-node.js';
import { matMul } from '../../ops/linear.js';
import { reduceSum } from '../../ops/reduction.js';
import { concat, flatten, pad, reshape, slice, transpose } from '../../ops/shape.js';
import type { FastConvolutions } from './fast-convolutions.js';
import { reshapeLike, withSpatialOf } from './shapes.js';
import type { Windows } from './windows.js';

interface Request {
  /** [batch, channels, …] */
  readonly x: Value;
  /** [batch, filters, …positions] */
  readonly gradient: Value;
  /** [filters, channels / group, …kernel] */
  readonly weights: Value;
  readonly windows: Windows;
  readonly group: number;
}

/**
 * Up to this many channels a group, convolving the input with the output's gradient is faster than a product for each
 * kernel position.
 */
const fewChannels = 4;

/**
 * The gradient of a convolution's weights, in the fastest of three forms for its shape.
 * @param areFast which convolutions the engine computes faster than matrix products
 */
export function convWeightGradient(request: Request, areFast: FastConvolutions = () => false): Value {
  const { x, weights, windows, group } = request;
  const { kernel, begins, ends } = windows;
  const unpadded = [...begins, ...ends].every((size) => size === 0);
  if (kernel.every((size) => size === 1) && unpadded) return pointwise(request);
  const known = isStatic(x.shape.slice(1)) && isStatic(weights.shape);
  const few = typeof weights.shape[1] === 'number' && weights.shape[1] <= fewChannels;
  if (!known || group !== 1 || few) return byConvolution(request);
  // Batch and channels change places.
  const isFast = areFast({ channels: x.shape[0]!, filters: weights.shape[0] as number });
  return isFast ? byConvolution(request) : byKernelPosition(request);
}

/** A 1×1 kernel: one matrix product for each example and group, and their sum. */
function pointwise({ x, gradient, weights, windows, group }: Request): Value {
  const stepped = windows.strides.every((stride) => stride === 1) ? x : everyNth(x, windows.strides);
  const rows = inGroups(gradient, group);
  const columns = inGroups(stepped, group);
  const rank = rows.shape.length;
  const product = matMul(rows, transpose(columns, [...indexRange(0, rank - 2), rank - 1, rank - 2]));
  return reshape(reduceSum(product, [0], { keepdims: false }), [...(weights.shape as number[])]);
}

function everyNth(x: Value, strides: readonly number[]): Value {
  const axes = indexRange(2, x.shape.length);
  return slice(
    x,
    axes.map(() => 0),
    axes.map(() => Number.MAX_SAFE_INTEGER),
    axes,
    [...strides],
  );
}

/** [batch, channels, …] to [batch, (group, channels / group) or channels, positions]. */
function inGroups(x: Value, group: number): Value {
  return group === 1 ? reshape(x, [0, 0, -1]) : reshape(x, [0, group, (x.shape[1] as number) / group, -1]);
}

/** For each kernel position, the elements it read, [batch·positions, channels], times the output's gradient. */
function byKernelPosition({ x, gradient, weights, windows }: Request): Value {
  const { kernel, strides, dilations, begins, ends } = windows;
  const spatial = indexRange(2, x.shape.length);
  const padded = [...begins, ...ends].some((size) => size !== 0) ? pad(x, [0, 0, ...begins, 0, 0, ...ends]) : x;
  const channelsFirst = transpose(padded, [1, 0, ...spatial]);
  const filtersLast = flatten(transpose(gradient, [0, ...spatial, 1]), x.shape.length - 1);
  const products = positionsOf(kernel).map((position) => {
    const starts = position.map((offset, at) => offset * dilations[at]!);
    const ends = starts.map((start, at) => start + ((gradient.shape[at + 2] as number) - 1) * strides[at]! + 1);
    return matMul(flatten(slice(channelsFirst, starts, ends, spatial, [...strides]), 1), filtersLast);
  });
  const [filters, channels] = weights.shape as [number, number];
  const stacked = reshape(concat(products, 0), [products.length, channels, filters]);
  return reshape(transpose(stacked, [2, 1, 0]), [filters, channels, ...kernel]);
}

/** All positions in a kernel, the last dimension fastest. */
function positionsOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (positions, size) => positions.flatMap((position) => indexRange(0, size).map((at) => [...position, at])),
    [[]],
  );
}

/**
 * The convolution of xᵀ, [channels / group, group·batch, …], with the output's gradient, [filters, batch, …]: strides
 * and dilations swap. Where the strides left a remainder, the result is larger than the kernel and is cropped.
 */
function byConvolution({ x, gradient, weights, windows, group }: Request): Value {
  const { kernel, strides, dilations, begins, ends } = windows;
  const spatial = indexRange(2, x.shape.length);
  const swapped = [1, 0, ...spatial];
  const attributes = {
    strides: ints(dilations),
    dilations: ints(strides),
    pads: ints([...begins, ...ends]),
    group: int(group),
  };
  const images = channelsOfGroupFirst(x, group);
  const kernels = transpose(gradient, swapped);
  const request = { op: 'Conv', inputs: [images, kernels], attributes };
  // The output size for a kernel of unknown size is not inferred.
  const unknown = { dtype: x.dtype, shape: [images.shape[0]!, kernels.shape[0]!, ...spatial.map(unknownDim)] };
  const [full] = makeNode(request, isStatic(kernels.shape.slice(2)) ? undefined : [unknown]);
  const cut = slice(
    full!,
    spatial.map(() => 0),
    [...kernel],
    spatial,
  );
  const exact = spatial.every((axis) => full!.shape[axis] === kernel[axis - 2]);
  return reshapeLike(transpose(exact ? full! : cut, swapped), weights);
}

/** [batch, channels, …] to [channels / group, group·batch, …]. */
function channelsOfGroupFirst(x: Value, group: number): Value {
  const spatial = indexRange(2, x.shape.length);
  const swapped = transpose(x, [1, 0, ...spatial]);
  if (group === 1) return swapped;
  const perGroup = (x.shape[1] as number) / group;
  const apart = withSpatialOf(x, swapped, [group, perGroup, -1]);
  return withSpatialOf(x, transpose(apart, [1, 0, 2, ...spatial.map((axis) => axis + 1)]), [perGroup, -1]);
}
