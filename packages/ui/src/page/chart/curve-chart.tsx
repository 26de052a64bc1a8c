import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Axis, Curve } from '../../protocol/curves.js';
import { preparedContext } from './canvas.js';
import type { Band, ChartRun, Range } from './chart-data.js';
import { chartLayout } from './chart-layout.js';
import { themeOf } from './chart-theme.js';
import { drawAxes } from './draw-axes.js';
import { drawCursor } from './draw-cursor.js';
import { drawCurves } from './draw-curves.js';
import { horizontalExtent, verticalExtent } from './extents.js';
import type { SharedCursor } from './shared-cursor.js';
import { styledCurves } from './styled-curves.js';
import { useSize } from './use-size.js';
import { valuesAt } from './values-at.js';

export interface CurveChartProps {
  /** What the vertical axis shows: `auc`. */
  readonly title: string;
  readonly runs: readonly ChartRun[];
  /** The curves of the chart: of each run, each split of one metric. */
  readonly curves: readonly Curve[];
  readonly bands?: readonly Band[];
  readonly axis: Axis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** The visible part of the horizontal axis; null for all of it. */
  readonly range: Range | null;
  /** A person has zoomed: the owner keeps the range, and asks for the curves within it. */
  readonly onRange: (range: Range | null) => void;
  /** Shared by all charts of a page. */
  readonly cursor: SharedCursor;
  /** CSS pixels. */
  readonly height?: number;
  /** Called with the pixels of the screen across the curves, as they change: what to ask curves for. */
  readonly onWidth?: (devicePixels: number) => void;
}

const noBands: readonly Band[] = [];

/** Curves of a metric over runs and splits, with a crosshair and zoom. */
export function CurveChart(props: CurveChartProps) {
  const {
    title,
    runs,
    curves,
    bands = noBands,
    axis,
    logX,
    logY,
    range,
    onRange,
    cursor,
    height = 240,
    onWidth,
  } = props;
  const frame = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const size = useSize(frame);
  const styled = useMemo(() => styledCurves(runs, curves), [runs, curves]);
  const layout = useMemo(() => {
    if (size === undefined || size.width === 0) return undefined;
    const whole = horizontalExtent(curves, bands, logX) ?? { from: logX ? 1 : 0, to: logX ? 10 : 1 };
    const across = range ?? whole;
    const up = verticalExtent(curves, bands, across, logY);
    const context = base.current!.getContext('2d')!;
    context.font = themeOf(frame.current!).font;
    const measure = (label: string) => context.measureText(label).width;
    return chartLayout({ ...size, axis, logX, logY, across, up, measure });
  }, [size, curves, bands, axis, logX, logY, range]);

  useLayoutEffect(() => {
    if (layout === undefined) return;
    const context = preparedContext(base.current!, layout.width, layout.height);
    const theme = themeOf(frame.current!);
    drawAxes(context, layout, theme);
    drawCurves(context, layout, theme, styled, bands);
  }, [layout, styled, bands]);

  const x = cursor.x.value;
  const values = layout === undefined || x === null ? [] : valuesAt(curves, x, 0);
  useLayoutEffect(() => {
    if (layout === undefined) return;
    const context = preparedContext(overlay.current!, layout.width, layout.height);
    drawCursor(context, layout, themeOf(frame.current!), styled, values, x, cursor.run.value);
  }, [layout, styled, x, cursor.run.value]);

  const plotWidth = layout === undefined ? 0 : layout.box.right - layout.box.left;
  useEffect(() => {
    if (plotWidth > 0) onWidth?.(Math.round(plotWidth * devicePixelRatio));
  }, [plotWidth]);

  useEffect(() => {
    const element = frame.current!;
    const move = (event: PointerEvent) => {
      if (layout === undefined) return;
      const left = event.clientX - element.getBoundingClientRect().left;
      const isInside = left >= layout.box.left && left <= layout.box.right;
      cursor.x.value = isInside ? layout.x.toValue(left) : null;
    };
    const leave = () => {
      cursor.x.value = null;
      cursor.run.value = null;
    };
    const reset = () => onRange(null);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('dblclick', reset);
    return () => {
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('dblclick', reset);
    };
  }, [layout, onRange]);

  return (
    <figure class="chart" aria-label={title}>
      <figcaption>
        {title}
        {logY ? <span class="muted">, log scale</span> : null}
      </figcaption>
      <div class="chart-frame" ref={frame} style={{ height: `${height}px` }}>
        <canvas class={cursor.run.value === null ? '' : 'faded'} ref={base} />
        <canvas ref={overlay} />
      </div>
    </figure>
  );
}
