import type { Locator } from 'playwright-core';

/** Waits until a chart has lines: pixels on the second of its canvases, over the axes. */
export async function isDrawn(chart: Locator): Promise<void> {
  await chart.scrollIntoViewIfNeeded();
  const lines = chart.locator('canvas').nth(1);
  await lines.waitFor({ state: 'attached' });
  for (let wait = 0; wait < 200; wait++) {
    if ((await lines.evaluate(pixelsOf)) > 20) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The chart has no lines.');
}

/** What the page has of these; the tests do not have the types of browsers. */
interface Canvas {
  readonly width: number;
  readonly height: number;
}
interface Drawing {
  drawImage(canvas: Canvas, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
}
interface PageGlobals {
  readonly OffscreenCanvas: new (width: number, height: number) => { getContext(kind: '2d', options: object): Drawing };
}

/** Runs in the page: how many pixels of a canvas are not transparent. */
function pixelsOf(canvas: unknown): number {
  const { width, height } = canvas as Canvas;
  if (width === 0 || height === 0) return 0;
  const { OffscreenCanvas } = globalThis as unknown as PageGlobals;
  // Reading from the canvas itself would change how the browser draws it.
  const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas as Canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  let count = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) count++;
  return count;
}
