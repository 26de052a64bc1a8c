import type { ConvShape } from './conv-shape.js';

/** Calls `visit` for each product of a convolution, with the index of the number of x, of the filter and of y. */
export function eachProduct(shape: ConvShape, visit: (x: number, filter: number, y: number) => void): void {
  const { images, height, width, channels, outHeight, outWidth, outChannels, filterHeight, filterWidth } = shape;
  for (let y = 0; y < images * outHeight * outWidth * outChannels; y++) {
    const k = y % outChannels;
    const pixel = Math.floor(y / outChannels);
    const column = pixel % outWidth;
    const row = Math.floor(pixel / outWidth) % outHeight;
    const image = Math.floor(pixel / outWidth / outHeight);
    for (let m = 0; m < filterHeight * filterWidth * channels; m++) {
      const tap = Math.floor(m / channels);
      const inRow = row * shape.strideHeight - shape.top + Math.floor(tap / filterWidth) * shape.dilationHeight;
      const inColumn = column * shape.strideWidth - shape.left + (tap % filterWidth) * shape.dilationWidth;
      if (inRow < 0 || inRow >= height || inColumn < 0 || inColumn >= width) continue;
      visit(((image * height + inRow) * width + inColumn) * channels + (m % channels), m * outChannels + k, y);
    }
  }
}
