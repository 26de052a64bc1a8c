import { checkOptions } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import {
  globalAveragePool as averageOfAll,
  averagePool,
  flatten as flattenValue,
  maxPool,
  reduceMax,
} from '@forge-ml/onnx/ops';
import type { Step } from './layer.js';
import { type Padding, type PerDimension, windowOf } from './windows.js';

export interface PoolOptions {
  /** Default: the window's size, so that windows do not overlap. */
  readonly stride?: PerDimension;
  /** `valid` by default. */
  readonly padding?: Padding;
}

/** The maximum of each window of [batch, channels, width]. */
export function maxPool1d(size: PerDimension, options: PoolOptions = {}): Step {
  return pool('maxPool1d', 1, size, options, maximum);
}

/** The maximum of each window of [batch, channels, height, width]. */
export function maxPool2d(size: PerDimension, options: PoolOptions = {}): Step {
  return pool('maxPool2d', 2, size, options, maximum);
}

/** The mean of each window of [batch, channels, width], padding not counted. */
export function averagePool1d(size: PerDimension, options: PoolOptions = {}): Step {
  return pool('averagePool1d', 1, size, options, mean);
}

/** The mean of each window of [batch, channels, height, width], padding not counted. */
export function averagePool2d(size: PerDimension, options: PoolOptions = {}): Step {
  return pool('averagePool2d', 2, size, options, mean);
}

/** The mean of each channel: [batch, channels, …] to [batch, channels]. */
export function globalAveragePool(): Step {
  return (x) => flattenValue(averageOfAll(x), 1);
}

/** The maximum of each channel: [batch, channels, …] to [batch, channels]. */
export function globalMaxPool(): Step {
  return (x) => {
    const spatial = x.shape.map((_, axis) => axis).slice(2);
    return reduceMax(x, spatial, { keepdims: false });
  };
}

interface PoolWindow {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
}
type Pool = (x: Value, kernel: readonly number[], window: PoolWindow) => Value;

const maximum: Pool = (x, kernel, window) => maxPool(x, kernel, window);
const mean: Pool = (x, kernel, window) => averagePool(x, kernel, window);

function pool(layer: string, rank: 1 | 2, size: PerDimension, options: PoolOptions, op: Pool): Step {
  checkOptions(options, ['stride', 'padding'], { of: layer, synonyms: { strides: 'stride', pads: 'padding' } });
  const { stride = size, padding = 'valid' } = options;
  return (x) => {
    const { kernel, strides, pads } = windowOf(layer, rank, x, { kernel: size, stride, dilation: 1, padding });
    return op(x, kernel, { strides, pads });
  };
}
