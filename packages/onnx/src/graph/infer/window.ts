import { addDims, ceilDivideDims, floorDivideDims, multiplyDims, unknownDim } from '../ir/dims.js';
import type { Dim, Shape } from '../ir/types.js';
import type { Draft } from './draft.js';

/** How a window slides over the spatial dimensions, with all defaults filled in. */
export interface Sliding {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** All beginnings, then all ends. Not used where `autoPad` is SAME. */
  readonly pads: readonly number[];
  readonly autoPad: 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';
  readonly ceil: boolean;
}

/** Reads a convolution's or a pooling's attributes. `kernel`: the window, from the weights or `kernel_shape`. */
export function slidingOf(node: Draft, kernel: readonly number[]): Sliding {
  const rank = kernel.length;
  const perAxis = (name: string, count: number, otherwise: number, least: number) => {
    const values = node.ints(name) ?? new Array<number>(count).fill(otherwise);
    if (values.length !== count) node.fail(`${name} has ${values.length} numbers, not ${count}`);
    if (values.some((value) => value < least)) node.fail(`${name} [${values.join(', ')}] has a number below ${least}`);
    return values;
  };
  const autoPad = node.text('auto_pad', 'NOTSET');
  if (autoPad !== 'NOTSET' && autoPad !== 'VALID' && autoPad !== 'SAME_UPPER' && autoPad !== 'SAME_LOWER') {
    return node.fail(`there is no auto_pad ${autoPad}`);
  }
  if (kernel.some((size) => size < 1)) node.fail(`its window [${kernel.join(', ')}] is empty`);
  return {
    kernel,
    strides: perAxis('strides', rank, 1, 1),
    dilations: perAxis('dilations', rank, 1, 1),
    pads: autoPad === 'NOTSET' ? perAxis('pads', 2 * rank, 0, 0) : new Array<number>(2 * rank).fill(0),
    autoPad,
    ceil: node.int('ceil_mode', 0) === 1,
  };
}

/** The spatial output sizes of a convolution or a pooling of `spatial`. */
export function slideOver(node: Draft, spatial: Shape, window: Sliding): Dim[] {
  return spatial.map((size, axis) => slideAlong(node, size, axis, window));
}

function slideAlong(node: Draft, size: Dim, axis: number, window: Sliding): Dim {
  const { kernel, strides, dilations, pads, autoPad, ceil } = window;
  const stride = strides[axis]!;
  if (isSame(autoPad)) return ceilDivideDims(size, stride);
  const reach = dilations[axis]! * (kernel[axis]! - 1) + 1;
  const [begin, end] = [pads[axis]!, pads[axis + kernel.length]!];
  const room = addDims(size, begin + end - reach);
  // With ceil_mode, a last window may reach beyond the end, also the only one.
  if (typeof room === 'number' && room < 0 && !(ceil && room > -stride)) {
    return node.fail(`a window of ${reach} does not fit into ${size} + ${begin + end} along spatial axis ${axis}`);
  }
  if (!ceil) return addDims(floorDivideDims(room, stride), 1);
  const count = addDims(ceilDivideDims(room, stride), 1);
  // Omits a last window that would start in the padding at the end (onnx/onnx#5741).
  if (typeof count === 'number' && typeof size === 'number') {
    return (count - 1) * stride >= size + begin ? count - 1 : count;
  }
  return end + stride - 1 < reach ? count : unknownDim();
}

/** The spatial output sizes of a transposed convolution of `spatial`. */
export function slideBack(node: Draft, spatial: Shape, window: Sliding): Dim[] {
  const rank = spatial.length;
  const wanted = node.ints('output_shape');
  const extra = node.ints('output_padding') ?? new Array<number>(rank).fill(0);
  if (wanted !== undefined) {
    if (wanted.length !== rank) node.fail(`output_shape has ${wanted.length} numbers, not ${rank}`);
    return [...wanted];
  }
  if (extra.length !== rank) node.fail(`output_padding has ${extra.length} numbers, not ${rank}`);
  const { kernel, strides, dilations, pads, autoPad } = window;
  return spatial.map((size, axis) => {
    const stride = strides[axis]!;
    const reach = dilations[axis]! * (kernel[axis]! - 1) + 1 + extra[axis]!;
    // SAME crops a result larger than `size * stride` by padding; a smaller one stays.
    if (isSame(autoPad)) return addDims(multiplyDims(size, stride), Math.min(reach - stride, 0));
    const fixed = reach - stride - pads[axis]! - pads[axis + rank]!;
    const result = addDims(multiplyDims(size, stride), fixed);
    if (typeof result === 'number' && result < 1) node.fail(`its output is empty along spatial axis ${axis}`);
    return result;
  });
}

function isSame(autoPad: Sliding['autoPad']): boolean {
  return autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER';
}
