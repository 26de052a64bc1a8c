import { known } from '../errors/options.js';
import { given, int, ints, maybe } from '../graph/ir/attributes.js';
import type { Value } from '../graph/ir/graph.js';
import { call, makeNode } from '../graph/make-node.js';

export interface PoolOptions {
  /** 1 by default. */
  readonly strides?: readonly number[] | undefined;
  /** All beginnings, then all ends. */
  readonly pads?: readonly number[] | undefined;
  readonly dilations?: readonly number[] | undefined;
  /** Whether to keep a last window that is only partly filled. */
  readonly ceilMode?: boolean | undefined;
}

export interface AveragePoolOptions extends PoolOptions {
  /** Whether the padding's zeros count in the mean. */
  readonly countIncludePad?: boolean | undefined;
}

/** The maximum of each window: x [batch, channels, …spatial]. */
export function maxPool(x: Value, kernel: readonly number[], options: PoolOptions = {}): Value {
  known('ops.maxPool', options, ['strides', 'pads', 'dilations', 'ceilMode']);
  return call('MaxPool', [x], poolAttributes(kernel, options));
}

/** Also the index of each window's maximum in the whole tensor, int64. */
export function maxPoolWithIndices(
  x: Value,
  kernel: readonly number[],
  options: PoolOptions = {},
): readonly [y: Value, at: Value] {
  known('ops.maxPoolWithIndices', options, ['strides', 'pads', 'dilations', 'ceilMode']);
  const [y, at] = makeNode({
    op: 'MaxPool',
    inputs: [x],
    attributes: poolAttributes(kernel, options),
    outputs: 2,
  });
  return [y!, at!];
}

/** The mean of each window. */
export function averagePool(x: Value, kernel: readonly number[], options: AveragePoolOptions = {}): Value {
  known('ops.averagePool', options, ['strides', 'pads', 'dilations', 'ceilMode', 'countIncludePad']);
  return call('AveragePool', [x], {
    ...poolAttributes(kernel, options),
    ...given({ count_include_pad: maybe(int, options.countIncludePad) }),
  });
}

/** The mean over all spatial dimensions, which are kept with size 1. */
export function globalAveragePool(x: Value): Value {
  return call('GlobalAveragePool', [x]);
}

/** The maximum over all spatial dimensions, which are kept with size 1. */
export function globalMaxPool(x: Value): Value {
  return call('GlobalMaxPool', [x]);
}

function poolAttributes(kernel: readonly number[], { strides, pads, dilations, ceilMode }: PoolOptions) {
  return given({
    kernel_shape: ints(kernel),
    strides: maybe(ints, strides),
    pads: maybe(ints, pads),
    dilations: maybe(ints, dilations),
    ceil_mode: maybe(int, ceilMode),
  });
}
