import { wholePanels } from '../matmul/offsets.js';
import type { Scratch } from '../matmul/scratch.js';
import type { TensorModule } from '../tensor-module.js';
import { numberOffsets, planOf, windowOffsets } from './conv-plan.js';
import type { ConvShape } from './conv-shape.js';
import { readEachGroup } from './each-group.js';

/** The places of arrays in the memory. */
export interface ConvPlaces {
  readonly x: number;
  readonly filter: number;
  readonly y: number;
}

/** y [p, k] = Σₘ x [window p, number m] · filter [m, k], float32. */
export function convolve(module: TensorModule, shape: ConvShape, at: ConvPlaces, scratch: Scratch): void {
  const plan = planOf(shape);
  const { inner, windows } = plan;
  const { images: count, outChannels } = shape;
  const line = 4 * outChannels;
  const rows = windowOffsets(module, shape, plan, scratch);
  const numbers = numberOffsets(module, shape, plan, scratch);
  const panels = scratch(4 * inner * wholePanels(outChannels));
  module.packColumns(at.filter, inner, outChannels, line, 4, panels);
  readEachGroup(module, plan, count, at.x, scratch, ({ first, images, canvas }) => {
    const y = at.y + first * windows * line;
    module.product(canvas, rows, images * windows, numbers, inner, panels, outChannels, y, 0);
  });
}
