import type { ConvShape } from './conv-shape.js';

/** The images that the windows of a convolution are in: with the padding, and without what no window reaches. */
export interface Canvas {
  /** Bytes from a row of pixels to the next, and from an image to the next. */
  readonly line: number;
  readonly image: number;
  /** Undefined if the windows are in the images as they are. */
  readonly copy: CanvasCopy | undefined;
}

/** The part of the images that is on the canvas. */
export interface CanvasCopy {
  /** Bytes from the start of the canvas. */
  readonly corner: number;
  readonly lines: number;
  /** Of each line. */
  readonly bytes: number;
}

export function canvasOf(shape: ConvShape): Canvas {
  const { height, width, channels, top, left } = shape;
  const rows = reach(shape.outHeight, shape.strideHeight, shape.filterHeight, shape.dilationHeight);
  const columns = reach(shape.outWidth, shape.strideWidth, shape.filterWidth, shape.dilationWidth);
  const pixel = 4 * channels;
  if (top === 0 && left === 0 && rows <= height && columns <= width) {
    return { line: width * pixel, image: height * width * pixel, copy: undefined };
  }
  const line = columns * pixel;
  const lines = Math.max(0, Math.min(height, rows - top));
  const bytes = Math.max(0, Math.min(width, columns - left)) * pixel;
  return { line, image: rows * line, copy: { corner: top * line + left * pixel, lines, bytes } };
}

/** From the first row of the first window to the last one of the last. */
function reach(outputs: number, stride: number, filter: number, dilation: number): number {
  return (outputs - 1) * stride + (filter - 1) * dilation + 1;
}
