import { ForgeError } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { knownSize, requireRank, requireWhole } from './sizes.js';

/** One number for every spatial dimension, or one for each. */
export type PerDimension = number | readonly number[];

/** `same` keeps ceil(size / stride), `valid` pads nothing, a number pads that much on every side. */
export type Padding = 'same' | 'valid' | PerDimension;

export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** In ONNX's order: all beginnings, then all ends. */
  readonly pads: readonly number[];
}

export interface WindowOptions {
  readonly kernel: PerDimension;
  readonly stride: PerDimension;
  readonly dilation: PerDimension;
  readonly padding: Padding;
}

const layouts = ['', 'batch, channels, width', 'batch, channels, height, width'];

/**
 * The window of a convolution or a pooling over x [batch, channels, …spatial].
 * @throws ForgeError MODEL_INVALID where the options or the input do not fit.
 */
export function windowOf(layer: string, rank: 1 | 2, x: Value, options: WindowOptions): Window {
  requireRank(layer, x, rank + 2, layouts[rank]!);
  const each = (name: string, value: PerDimension, least = 1) => perDimension(layer, name, value, rank, least);
  const kernel = each('kernel size', options.kernel);
  const strides = each('stride', options.stride);
  const dilations = each('dilation', options.dilation);
  const { padding } = options;
  if (padding === 'valid') return { kernel, strides, dilations, pads: new Array(2 * rank).fill(0) };
  if (padding !== 'same') {
    const around = each('padding', padding, 0);
    return { kernel, strides, dilations, pads: [...around, ...around] };
  }
  const totals = kernel.map((size, at) => {
    const stride = strides[at]!;
    const reach = (size - 1) * dilations[at]!;
    if (stride === 1) return reach;
    const width = knownSize(layer, x, at + 2);
    return Math.max((Math.ceil(width / stride) - 1) * stride + reach + 1 - width, 0);
  });
  // An odd one goes to the end, as in TensorFlow.
  const begins = totals.map((total) => Math.floor(total / 2));
  return { kernel, strides, dilations, pads: [...begins, ...totals.map((total, at) => total - begins[at]!)] };
}

function perDimension(layer: string, name: string, value: PerDimension, rank: number, least: number): number[] {
  const values = typeof value === 'number' ? new Array<number>(rank).fill(value) : [...value];
  if (values.length !== rank) {
    throw new ForgeError('MODEL_INVALID', `${layer}: ${name} has ${values.length} numbers, not ${rank}.`, {
      about: layer,
    });
  }
  for (const one of values) requireWhole(layer, name, one, least);
  return values;
}
