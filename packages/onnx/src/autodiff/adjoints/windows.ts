import type { OnnxError } from '../../errors/onnx-error.js';
import type { Node } from '../../graph/ir/graph.js';
import { intsAttribute, textAttribute } from '../../graph/ir/read-attributes.js';
import type { Dim, Shape } from '../../graph/ir/types.js';
import { notDifferentiable } from './no-gradient.js';

/** How a kernel moves over the spatial dimensions of [batch, channels, …]: one number per spatial dimension in each. */
export interface Windows {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before the first element of a dimension, and after the last. */
  readonly begins: readonly number[];
  readonly ends: readonly number[];
}

/** @throws OnnxError MODEL_INVALID where `auto_pad` depends on a size that is not known. */
export function windowsOf(node: Node, from: Shape, to: Shape, kernel: readonly number[]): Windows {
  const ones = kernel.map(() => 1);
  const strides = intsAttribute(node, 'strides') ?? ones;
  const dilations = intsAttribute(node, 'dilations') ?? ones;
  const pads = intsAttribute(node, 'pads') ?? [...ones, ...ones].map(() => 0);
  const windows = { kernel, strides, dilations, begins: pads.slice(0, kernel.length), ends: pads.slice(kernel.length) };
  const auto = textAttribute(node, 'auto_pad', 'NOTSET');
  if (auto === 'NOTSET') return windows;
  const zeros = ones.map(() => 0);
  if (auto === 'VALID') return { ...windows, begins: zeros, ends: zeros };
  const totals = kernel.map((_, at) => {
    const [size, places] = [from[at + 2]!, to[at + 2]!];
    if (typeof size === 'string' || typeof places === 'string') throw unknownPadding(node, size);
    return Math.max(0, reach(windows, at, places) - size);
  });
  const halves = totals.map((total) => Math.floor(total / 2));
  const rests = totals.map((total, at) => total - halves[at]!);
  return auto === 'SAME_LOWER'
    ? { ...windows, begins: rests, ends: halves }
    : { ...windows, begins: halves, ends: rests };
}

/** The number of elements from the first to the last that the windows read, for `places` windows. */
export function reach({ kernel, strides, dilations }: Windows, at: number, places: number): number {
  return (places - 1) * strides[at]! + (kernel[at]! - 1) * dilations[at]! + 1;
}

export function unknownPadding(node: Node, size: Dim): OnnxError {
  const hint = 'Give the model fixed spatial sizes, or the node explicit pads and no ceil_mode.';
  return notDifferentiable(node, `its padding depends on a size (${size}) that is not known`, hint);
}
