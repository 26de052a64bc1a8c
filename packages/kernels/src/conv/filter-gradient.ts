import { packedRows, wholePanels } from '../matmul/offsets.js';
import type { Scratch } from '../matmul/scratch.js';
import type { TensorModule } from '../tensor-module.js';
import { numberOffsets, planOf, windowOffsets } from './conv-plan.js';
import type { ConvShape } from './conv-shape.js';
import { readEachGroup } from './each-group.js';

/** The places of arrays in the memory. */
export interface FilterGradientPlaces {
  readonly x: number;
  readonly dy: number;
  readonly dFilter: number;
}

/** dFilter [m, k] = Σₚ x [window p, number m] · dy [p, k], float32. */
export function filterGradient(
  module: TensorModule,
  shape: ConvShape,
  at: FilterGradientPlaces,
  scratch: Scratch,
): void {
  const plan = planOf(shape);
  const { inner, windows } = plan;
  const { images: count, outChannels } = shape;
  const line = 4 * outChannels;
  const columns = windowOffsets(module, shape, plan, scratch);
  const numbers = numberOffsets(module, shape, plan, scratch);
  const panels = scratch(4 * packedRows * wholePanels(outChannels));
  readEachGroup(module, plan, count, at.x, scratch, ({ first, images, canvas }) => {
    const dy = at.dy + first * windows * line;
    const adds = first > 0 ? 1 : 0;
    const rows = images * windows;
    module.multiply(canvas, numbers, inner, columns, rows, dy, line, 4, outChannels, panels, at.dFilter, adds);
  });
}
