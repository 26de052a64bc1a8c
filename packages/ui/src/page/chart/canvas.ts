import type { FrameSize } from './use-frame.js';

/** Gives a canvas the size of its frame in device pixels, and clears it. @returns a context in CSS pixels */
export function preparedContext(
  canvas: HTMLCanvasElement,
  { width, height, ratio }: FrameSize,
): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')!;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
