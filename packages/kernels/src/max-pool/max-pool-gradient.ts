import type { TensorModule } from '../tensor-module.js';
import type { PoolShape } from './pool-shape.js';

/** The places of arrays in the memory. */
export interface MaxPoolGradientPlaces {
  readonly x: number;
  readonly dy: number;
  readonly dx: number;
}

/** Of equal values the first, row by row, gets the gradient. */
export function maxPoolGradient(module: TensorModule, shape: PoolShape, at: MaxPoolGradientPlaces): void {
  const { images, height, width, channels, outHeight, outWidth } = shape;
  const { filterHeight, filterWidth, strideHeight, strideWidth, top, left } = shape;
  const windows = [filterHeight, filterWidth, strideHeight, strideWidth, top, left];
  module.maxPoolGradient(at.x, images, height, width, channels, at.dy, outHeight, outWidth, ...windows, at.dx);
}
