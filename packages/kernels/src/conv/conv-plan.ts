import { offsetsOf } from '../matmul/offsets.js';
import type { Scratch } from '../matmul/scratch.js';
import type { TensorModule } from '../tensor-module.js';
import { type Canvas, canvasOf } from './canvas.js';
import type { ConvShape } from './conv-shape.js';

/** Windows of a group: what they read of images of usual size fits into the second cache. */
const windowsOfGroup = 4096;

/** How a convolution is computed: as a matrix product of windows and filters, for one group of images after the other. */
export interface ConvPlan {
  readonly canvas: Canvas;
  /** Images in a group. The scratch memory does not grow with the number of all images. */
  readonly group: number;
  /** Windows of an image. */
  readonly windows: number;
  /** Numbers in a window. */
  readonly inner: number;
  /** Bytes of an image without padding, and of a line of it. */
  readonly image: number;
  readonly line: number;
}

export function planOf(shape: ConvShape): ConvPlan {
  const { images, height, width, channels, outHeight, outWidth, filterHeight, filterWidth } = shape;
  const windows = outHeight * outWidth;
  const line = 4 * width * channels;
  return {
    canvas: canvasOf(shape),
    group: Math.max(1, Math.min(images, Math.floor(windowsOfGroup / windows))),
    windows,
    inner: filterHeight * filterWidth * channels,
    image: height * line,
    line,
  };
}

/** Where each window of a group starts. */
export function windowOffsets(module: TensorModule, shape: ConvShape, plan: ConvPlan, scratch: Scratch): number {
  const { canvas, group } = plan;
  const rows = [shape.outHeight, shape.strideHeight * canvas.line] as const;
  const columns = [shape.outWidth, shape.strideWidth * 4 * shape.channels] as const;
  return offsetsOf(module, scratch, [group, canvas.image], rows, columns);
}

/** Where the numbers of a window are, from its start. */
export function numberOffsets(module: TensorModule, shape: ConvShape, plan: ConvPlan, scratch: Scratch): number {
  return offsetsOf(module, scratch, ...pixels(shape, plan), [shape.channels, 4]);
}

/** Where the pixels of a window are, from its start. */
export function pixelOffsets(module: TensorModule, shape: ConvShape, plan: ConvPlan, scratch: Scratch): number {
  return offsetsOf(module, scratch, ...pixels(shape, plan));
}

function pixels(shape: ConvShape, { canvas }: ConvPlan): (readonly [number, number])[] {
  return [
    [shape.filterHeight, shape.dilationHeight * canvas.line],
    [shape.filterWidth, shape.dilationWidth * 4 * shape.channels],
  ];
}
