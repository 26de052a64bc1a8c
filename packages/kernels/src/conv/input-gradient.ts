import { offsetsOf, wholePanels } from '../matmul/offsets.js';
import type { Scratch } from '../matmul/scratch.js';
import type { TensorModule } from '../tensor-module.js';
import { pixelOffsets, planOf, windowOffsets } from './conv-plan.js';
import type { ConvShape } from './conv-shape.js';
import { writeEachGroup } from './each-group.js';

/** Numbers that are computed before they are added to the images: they stay in the second cache. */
const numbersOfBlock = 65_536;
const rowsOfBlock = { least: 4, most: 64 };

/** The places of arrays in the memory. */
export interface InputGradientPlaces {
  readonly dy: number;
  readonly filter: number;
  readonly dx: number;
}

/** dx [window p, number m] += Σₖ dy [p, k] · filter [m, k], float32: a matrix product, then col2im. */
export function inputGradient(module: TensorModule, shape: ConvShape, at: InputGradientPlaces, scratch: Scratch): void {
  const plan = planOf(shape);
  const { inner, windows } = plan;
  const { images: count, channels, outChannels, filterHeight, filterWidth } = shape;
  const line = 4 * outChannels;
  const starts = windowOffsets(module, shape, plan, scratch);
  const pixels = pixelOffsets(module, shape, plan, scratch);
  const block = Math.max(rowsOfBlock.least, Math.min(rowsOfBlock.most, Math.floor(numbersOfBlock / inner) & ~3));
  const rows = offsetsOf(module, scratch, [block, line]);
  const columns = offsetsOf(module, scratch, [outChannels, 4]);
  const panels = scratch(4 * outChannels * wholePanels(inner));
  const products = scratch(4 * block * inner);
  module.packColumns(at.filter, outChannels, inner, 4, line, panels);
  writeEachGroup(module, plan, count, at.dx, scratch, ({ first, images, canvas }) => {
    for (let window = 0; window < images * windows; window += block) {
      const dy = at.dy + (first * windows + window) * line;
      const some = Math.min(block, images * windows - window);
      module.product(dy, rows, some, columns, outChannels, panels, inner, products, 0);
      module.addWindows(canvas, starts + 4 * window, some, pixels, filterHeight * filterWidth, channels, products);
    }
  });
}
