import type { Range } from './chart-data.js';

/** A scale of an axis in pixels. */
export interface AxisScale {
  readonly range: Range;
  readonly log: boolean;
  readonly toPixel: (value: number) => number;
  readonly toValue: (pixel: number) => number;
}

/** @param start the pixel of the start of the range @param end the pixel of its end: less than `start` for an axis upwards */
export function axisScale(range: Range, log: boolean, start: number, end: number): AxisScale {
  const transform = log ? Math.log : (value: number) => value;
  const inverse = log ? Math.exp : (value: number) => value;
  const low = transform(range.from);
  const factor = (end - start) / (transform(range.to) - low);
  return {
    range,
    log,
    toPixel: log ? (value) => start + (Math.log(value) - low) * factor : (value) => start + (value - low) * factor,
    toValue: (pixel) => inverse(low + (pixel - start) / factor),
  };
}
