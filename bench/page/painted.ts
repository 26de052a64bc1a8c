let strokes = 0;
const { stroke } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.stroke = function (this: CanvasRenderingContext2D, ...path: [] | [Path2D]) {
  strokes++;
  Reflect.apply(stroke, this, path);
};

/** Changes a chart at the start of a frame. @returns milliseconds until a frame with all lines was drawn, pixels included */
export async function untilPainted(lines: number, change: () => void): Promise<number> {
  await new Promise(requestAnimationFrame);
  strokes = 0;
  const start = performance.now();
  change();
  // A frame that drew only a part is not the one.
  for (let frame = 0; frame < 600; frame++) {
    await afterPaint();
    if (strokes >= lines) {
      finishPixels();
      return performance.now() - start;
    }
    await new Promise(requestAnimationFrame);
  }
  throw new Error(`Only ${strokes} of ${lines} lines were drawn.`);
}

/** Browsers draw later than the calls: a pixel that is read must be there. */
export function finishPixels(): void {
  for (const canvas of document.querySelectorAll('canvas')) {
    if (canvas.width > 0 && canvas.height > 0) canvas.getContext('2d')!.getImageData(0, 0, 1, 1);
  }
}

/** The next task, which is after the work of this frame. */
export function afterPaint(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}
