import type { RefObject } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Axis, Curve } from '../../protocol/curves.js';
import type { ChartBand, Range } from './chart-data.js';
import { type ChartLayout, chartLayout } from './chart-layout.js';
import { chartTheme } from './chart-theme.js';
import { horizontalExtent, verticalExtent } from './extents.js';
import { steadyRange } from './steady-range.js';
import type { FrameSize } from './use-frame.js';

interface LaidOut {
  readonly size: FrameSize | undefined;
  readonly curves: readonly Curve[];
  readonly bands: readonly ChartBand[];
  readonly axis: Axis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** The visible part of each axis; null for all of it. */
  readonly range: Range | null;
  readonly values: Range | null;
}

/** The layout of a chart, and all of its horizontal axis; undefined before its size is known. */
export function useLayout(
  canvas: RefObject<HTMLCanvasElement | null>,
  { size, curves, bands, axis, logX, logY, range, values }: LaidOut,
): { readonly layout: ChartLayout | undefined; readonly whole: Range } {
  const steady = useRef<{ key: string; whole?: Range; upKey?: string; up?: Range }>({ key: '' });
  return useMemo(() => {
    const key = [axis, logX, logY, ...curves.map(({ run, metric }) => `${run} ${metric}`)].join('\n');
    if (steady.current.key !== key) steady.current = { key };
    const kept = steady.current;
    const needed = horizontalExtent(curves, bands, logX) ?? { from: logX ? 1 : 0, to: logX ? 10 : 1 };
    // While zoomed, curves are those within the range only.
    const all = range === null ? needed : unionOf(needed, kept.whole ?? startOf(axis, logX, needed));
    const whole = steadyRange(kept.whole, all, logX, { start: 0, end: 0.06 });
    kept.whole = whole;
    // A range of another axis may begin where a logarithmic one has no place.
    const across = range === null || (logX && range.from <= 0) ? whole : range;
    const upKey = `${across.from} ${across.to}`;
    const neededUp = verticalExtent(curves, bands, across, logY);
    const up = steadyRange(kept.upKey === upKey ? kept.up : undefined, neededUp, logY, { start: 0.05, end: 0.05 });
    kept.upKey = upKey;
    kept.up = up;
    if (size === undefined) return { layout: undefined, whole };
    const context = canvas.current!.getContext('2d')!;
    context.font = chartTheme(canvas.current!).font;
    const measure = (label: string) => context.measureText(label).width;
    return { layout: chartLayout({ size, axis, logX, logY, across, up: values ?? up, measure }), whole };
  }, [size, curves, bands, axis, logX, logY, range, values]);
}

/** Where an axis starts of which only a part is known. */
function startOf(axis: Axis, log: boolean, { from, to }: Range): Range {
  return { from: log || axis === 'clock' ? from : Math.min(0, from), to };
}

function unionOf(a: Range, b: Range): Range {
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
