import type { TensorInfo } from '@tensorflow/tfjs';
import type { RunKernel } from './kernel-call.js';

/** The position of an image on its canvas: its corner (may be negative) and the size of the canvas. */
export interface Placement {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Places images [a, h, w, b] on zero canvases [a, height, width, b]; what is outside is cropped. */
export function place(run: RunKernel, image: TensorInfo, { top, left, height, width }: Placement): TensorInfo {
  const [outer, h, w, inner] = image.shape as [number, number, number, number];
  const bottom = height - h - top;
  const right = width - w - left;
  let placed = image;
  if (top < 0 || left < 0 || bottom < 0 || right < 0) {
    const begin = [0, Math.max(0, -top), Math.max(0, -left), 0];
    const size = [outer, h + Math.min(0, top) + Math.min(0, bottom), w + Math.min(0, left) + Math.min(0, right), inner];
    placed = run('Slice', { x: placed }, { begin, size });
  }
  if (top > 0 || left > 0 || bottom > 0 || right > 0) {
    const across = [Math.max(0, left), Math.max(0, right)];
    const paddings = [[0, 0], [Math.max(0, top), Math.max(0, bottom)], across, [0, 0]];
    placed = run('PadV2', { x: placed }, { paddings, constantValue: 0 });
  }
  return placed;
}
