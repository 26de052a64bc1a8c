import type { Scratch } from '../matmul/scratch.js';
import { fillZeros, type TensorModule } from '../tensor-module.js';
import type { ConvPlan } from './conv-plan.js';

interface Group {
  /** The index of its first image. */
  readonly first: number;
  readonly images: number;
  /** The place of its images, on their canvas. */
  readonly canvas: number;
}

/** Places each group of the images x on its canvas, and computes with it. */
export function readEachGroup(
  module: TensorModule,
  { canvas, group, image, line }: ConvPlan,
  count: number,
  x: number,
  scratch: Scratch,
  compute: (group: Group) => void,
): void {
  const { copy } = canvas;
  const onto = copy && scratch(group * canvas.image);
  for (let first = 0; first < count; first += group) {
    const images = Math.min(group, count - first);
    const from = x + first * image;
    if (copy !== undefined && onto !== undefined) {
      fillZeros(module, onto, images * canvas.image);
      const to = onto + copy.corner;
      module.copyLines(from, line, image, to, canvas.line, canvas.image, images, copy.lines, copy.bytes);
    }
    compute({ first, images, canvas: onto ?? from });
  }
}

/** Computes each group of the images dx on its canvas, which is zero before, and cuts them out of it. */
export function writeEachGroup(
  module: TensorModule,
  { canvas, group, image, line }: ConvPlan,
  count: number,
  dx: number,
  scratch: Scratch,
  compute: (group: Group) => void,
): void {
  const { copy } = canvas;
  const onto = copy && scratch(group * canvas.image);
  for (let first = 0; first < count; first += group) {
    const images = Math.min(group, count - first);
    const to = dx + first * image;
    fillZeros(module, to, images * image);
    if (onto !== undefined) fillZeros(module, onto, images * canvas.image);
    compute({ first, images, canvas: onto ?? to });
    if (copy !== undefined && onto !== undefined) {
      const from = onto + copy.corner;
      module.copyLines(from, canvas.line, canvas.image, to, line, image, images, copy.lines, copy.bytes);
    }
  }
}
