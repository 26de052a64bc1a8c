import type { TensorModule } from '../tensor-module.js';
import type { Scratch } from './scratch.js';

/** A table of the offsets of an array's elements, row by row, of up to three dimensions; strides in bytes. */
export function offsetsOf(
  { fillOffsets }: TensorModule,
  scratch: Scratch,
  ...dimensions: readonly (readonly [count: number, stride: number])[]
): number {
  const place = scratch(dimensions.reduce((bytes, [count]) => bytes * count, 4));
  const [k = [1, 0], j = [1, 0], i = [1, 0]] = [...dimensions].reverse();
  fillOffsets(place, ...i, ...j, ...k);
  return place;
}

/** Panels have 8 columns each. */
export function wholePanels(columns: number): number {
  return Math.ceil(columns / 8) * 8;
}

/** The rows that `multiply` packs at once: `block` of `assembly/matmul/block.ts`. */
export const packedRows = 256;
