import { type Tick, ticksBetween } from '@forge-ml/plot';
import type { Axis } from '../../protocol/curves.js';
import { type AxisScale, axisScale } from './axis-scale.js';
import { horizontalTicks } from './axis-ticks.js';
import type { Range } from './chart-data.js';
import type { FrameSize } from './use-frame.js';

/** Where everything of a chart is, in CSS pixels. */
export interface ChartLayout extends FrameSize {
  /** The area of the curves. */
  readonly box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  readonly x: AxisScale;
  readonly y: AxisScale;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly xTitle: string;
}

export interface LayoutSettings {
  readonly size: FrameSize;
  readonly axis: Axis;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly across: Range;
  readonly up: Range;
  /** The width of a text of a tick. */
  readonly measure: (label: string) => number;
}

const topMargin = 10;
const bottomMargin = 36;
const rightMargin = 12;

export function chartLayout({ size, axis, logX, logY, across, up, measure }: LayoutSettings): ChartLayout {
  const { width, height } = size;
  const yTicks = ticksBetween(up.from, up.to, logY, Math.max(2, Math.round((height - topMargin - bottomMargin) / 40)));
  // At least as wide as usual labels, so that charts below each other align and a new label rarely moves the curves.
  const left = Math.ceil(Math.max(36, ...yTicks.map(({ label }) => measure(label)))) + 8;
  const box = { left, right: Math.max(left + 1, width - rightMargin), top: topMargin, bottom: height - bottomMargin };
  const count = Math.max(2, Math.floor((box.right - left) / 80));
  const { title, ticks } = horizontalTicks(axis, across, logX, count);
  return {
    ...size,
    box,
    x: axisScale(across, logX, box.left, box.right),
    y: axisScale(up, logY, box.bottom, box.top),
    xTicks: ticks,
    yTicks,
    xTitle: title,
  };
}
