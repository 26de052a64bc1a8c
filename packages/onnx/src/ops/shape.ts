import { known } from '../errors/options.js';
import { given, int, ints, maybe, tensorAttribute, text } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { constant, indices, scalar } from '../graph/ir/values.js';
import { call, makeNode } from '../graph/make-node.js';
import { tensorOf } from '../tensor/numbers.js';
import type { DType } from '../tensor/tensor.js';

/** Whole numbers: a list, or an int64 tensor. */
export type Whole = Value | readonly number[];

function list(numbers: Whole): Value {
  return 'kind' in numbers ? numbers : indices(numbers);
}

/** The same elements in another shape: 0 keeps a dimension, -1 is inferred. */
export function reshape(x: Value, shape: Whole): Value {
  return call('Reshape', [x, list(shape)]);
}

/** A matrix: the dimensions before `axis` to one, the others to another. */
export function flatten(x: Value, axis = 1): Value {
  return call('Flatten', [x], { axis: int(axis) });
}

/** Reverses the axes if `perm` is omitted. */
export function transpose(x: Value, perm?: readonly number[]): Value {
  return call('Transpose', [x], perm === undefined ? {} : { perm: ints(perm) });
}

/** Without the dimensions of size 1 at `axes`; without all of them by default. */
export function squeeze(x: Value, axes?: Whole): Value {
  return call('Squeeze', [x, axes === undefined ? null : list(axes)]);
}

/** With dimensions of size 1 at `axes` of the result. */
export function unsqueeze(x: Value, axes: Whole): Value {
  return call('Unsqueeze', [x, list(axes)]);
}

/** Broadcast to a shape; a 1 in it keeps the dimension. */
export function expand(x: Value, shape: Whole): Value {
  return call('Expand', [x, list(shape)]);
}

export function concat(values: readonly Value[], axis: number): Value {
  return call('Concat', values, { axis: int(axis) });
}

/** Pieces along an axis: of these sizes, or this many of equal size (the last may be smaller). */
export function split(x: Value, sizes: readonly number[] | number, axis = 0): readonly Value[] {
  return typeof sizes === 'number'
    ? makeNode({ op: 'Split', inputs: [x], attributes: { axis: int(axis), num_outputs: int(sizes) }, outputs: sizes })
    : makeNode({ op: 'Split', inputs: [x, indices(sizes)], attributes: { axis: int(axis) }, outputs: sizes.length });
}

/** x[start : end : step] along each of `axes`; the first axes and steps of 1 by default. */
export function slice(x: Value, starts: Whole, ends: Whole, axes?: Whole, steps?: Whole): Value {
  const [where, by] = [axes, steps].map((numbers) => (numbers === undefined ? null : list(numbers)));
  return call('Slice', [x, list(starts), list(ends), where!, by!]);
}

export interface PadOptions {
  readonly mode?: 'constant' | 'reflect' | 'edge' | 'wrap';
  /** The padding value; 0 by default. */
  readonly value?: Value;
  readonly axes?: Whole;
}

/** Padded by `pads`: all beginnings, then all ends; negative ones crop. */
export function pad(x: Value, pads: Whole, options: PadOptions = {}): Value {
  const { mode = 'constant', value, axes } = known('ops.pad', options, ['mode', 'value', 'axes']);
  const inputs = [x, list(pads), value ?? null, axes === undefined ? null : list(axes)];
  return call('Pad', inputs, mode === 'constant' ? {} : { mode: text(mode) });
}

/** Repeated this often along each dimension. */
export function tile(x: Value, repeats: Whole): Value {
  return call('Tile', [x, list(repeats)]);
}

/** The slices of x at `at` along an axis: the indices' dimensions replace the axis. */
export function gather(x: Value, at: Value, axis = 0): Value {
  return call('Gather', [x, at], { axis: int(axis) });
}

/** One element for each index, whose other coordinates are the index's own. */
export function gatherElements(x: Value, at: Value, axis = 0): Value {
  return call('GatherElements', [x, at], { axis: int(axis) });
}

/** The slices of x at the index tuples in the last dimension of `at`. */
export function gatherND(x: Value, at: Value, batchDims = 0): Value {
  return call('GatherND', [x, at], { batch_dims: int(batchDims) });
}

export type ScatterReduction = 'none' | 'add' | 'mul' | 'max' | 'min';

/** x with `updates` written, or added, at the positions `gatherElements` would read. */
export function scatterElements(
  x: Value,
  at: Value,
  updates: Value,
  options: { axis?: number; reduction?: ScatterReduction } = {},
): Value {
  const { axis = 0, reduction = 'none' } = known('ops.scatterElements', options, ['axis', 'reduction']);
  return call('ScatterElements', [x, at, updates], {
    axis: int(axis),
    ...(reduction === 'none' ? {} : { reduction: text(reduction) }),
  });
}

/** `values[1]` where the index is, else `values[0]`, along a new axis of size `depth`. */
export function oneHot(at: Value, depth: Value | number, values: Value, axis = -1): Value {
  return call('OneHot', [at, typeof depth === 'number' ? scalar(depth, 'int64') : depth, values], { axis: int(axis) });
}

/** The upper (or lower) triangle of the last two dimensions, the rest 0; diagonal k is k above the main one. */
export function trilu(x: Value, options: { upper?: boolean; diagonal?: number } = {}): Value {
  const { upper = true, diagonal = 0 } = known('ops.trilu', options, ['upper', 'diagonal']);
  return call('Trilu', [x, diagonal === 0 ? null : scalar(diagonal, 'int64')], { upper: int(upper) });
}

/** The sizes of x as an int64 tensor, from dimension `start` up to `end`. */
export function shapeOf(x: Value, start?: number, end?: number): Value {
  return call('Shape', [x], given({ start: maybe(int, start), end: maybe(int, end) }));
}

/** The number of elements of x, int64. */
export function sizeOf(x: Value): Value {
  return call('Size', [x]);
}

/** A tensor of one number; float32 where no dtype is given. */
export function constantOfShape(shape: Whole, value = 0, dtype: DType = 'float32'): Value {
  return call('ConstantOfShape', [list(shape)], { value: tensorAttribute(tensorOf([value], dtype, [1])) });
}

/** start, start + step … below limit. Numbers are taken as int64. */
export function range(start: Value | number, limit: Value | number, step: Value | number = 1): Value {
  const dtype = [start, limit, step].find((end) => typeof end !== 'number')?.dtype ?? 'int64';
  return call(
    'Range',
    [start, limit, step].map((end) => (typeof end === 'number' ? scalar(end, dtype) : end)),
  );
}

export interface ResizeOptions {
  readonly scales?: readonly number[];
  readonly sizes?: Whole;
  readonly mode?: 'nearest' | 'linear' | 'cubic';
  /** How coordinates of the result map to x: `half_pixel` by default. */
  readonly coordinates?: 'half_pixel' | 'asymmetric' | 'align_corners' | 'pytorch_half_pixel';
  /** Which neighbour is nearest: `round_prefer_floor` by default. */
  readonly nearest?: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';
}

/** Interpolated to other sizes: a scale or a size for every dimension. */
export function resize(x: Value, options: ResizeOptions): Value {
  known('ops.resize', options, ['scales', 'sizes', 'mode', 'coordinates', 'nearest']);
  const { scales, sizes, mode = 'nearest', coordinates, nearest } = options;
  const factors = scales === undefined ? null : constant(tensorOf(scales, 'float32', [scales.length]));
  return call('Resize', [x, null, factors, sizes === undefined ? null : list(sizes)], {
    mode: text(mode),
    ...given({ coordinate_transformation_mode: maybe(text, coordinates), nearest_mode: maybe(text, nearest) }),
  });
}

/** Channels to blocks of space; DCR order (ONNX's default) takes the block from the outer channels. */
export function depthToSpace(x: Value, blockSize: number, options: { mode?: 'DCR' | 'CRD' } = {}): Value {
  const { mode = 'DCR' } = known('ops.depthToSpace', options, ['mode']);
  return call('DepthToSpace', [x], { blocksize: int(blockSize), mode: text(mode) });
}

/** Blocks of space to channels. */
export function spaceToDepth(x: Value, blockSize: number): Value {
  return call('SpaceToDepth', [x], { blocksize: int(blockSize) });
}
