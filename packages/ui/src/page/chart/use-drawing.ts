import { effect, type ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { preparedContext } from './canvas.js';
import type { ChartBand, ChartRun } from './chart-data.js';
import type { ChartLayout } from './chart-layout.js';
import { chartTheme } from './chart-theme.js';
import { cursorRows } from './cursor-rows.js';
import { drawAxes } from './draw-axes.js';
import { drawCursor } from './draw-cursor.js';
import { type Drawing, drawCurves } from './draw-curves.js';
import { drawBests, drawEvents, drawNotFinite } from './draw-marks.js';
import { drawSelection } from './draw-selection.js';
import type { Selection } from './gestures.js';
import { penOf } from './pen.js';
import type { SharedCursor } from './shared-cursor.js';
import type { StyledCurve } from './styled-curves.js';

interface Drawn {
  readonly layout: ChartLayout | undefined;
  readonly runs: readonly ChartRun[];
  readonly curves: readonly StyledCurve[];
  readonly bands: readonly ChartBand[];
  readonly cursor: SharedCursor;
  readonly selection: ReadonlySignal<Selection | null>;
  /** Whether the chart is near the visible part of the page: others are drawn when they come near. */
  readonly isNear: ReadonlySignal<boolean>;
}

/** With more curves, only the emphasized one has its best point and the events of its run. */
const mostMarked = 24;

/** The canvases of a chart, the lowest first: moving the pointer over many lines draws only one of them again. */
export interface Canvases {
  readonly axes: RefObject<HTMLCanvasElement | null>;
  readonly lines: RefObject<HTMLCanvasElement | null>;
  /** What follows the pointer. */
  readonly cursor: RefObject<HTMLCanvasElement | null>;
}

/** Draws a chart on its canvases, when what it shows has changed. */
export function useDrawing(
  canvases: Canvases,
  { layout, runs, curves, bands, cursor, selection, isNear }: Drawn,
): void {
  const shown = runs.filter(({ id }) => curves.some(({ curve }) => curve.run === id));
  const isMarked = curves.length <= mostMarked;

  useLayoutEffect(
    () =>
      effect(() => {
        if (layout === undefined || !isNear.value) return;
        const axes = drawingOn(canvases.axes.current!, layout, []);
        drawAxes(axes.context, layout, axes.theme);
        const drawing = drawingOn(canvases.lines.current!, layout, curves);
        drawCurves(drawing, curves, bands);
        if (isMarked) drawMarks(drawing, shown, curves);
        else drawNotFinite(drawing, curves);
      }),
    [layout, curves, bands],
  );

  useEffect(
    () =>
      effect(() => {
        if (layout === undefined || !isNear.value) return;
        // What had the focus tells the cursor that it is gone while the page is taken down.
        if (canvases.cursor.current === null) return;
        const drawing = drawingOn(canvases.cursor.current, layout, curves);
        const id = emphasizedId(cursor.run.value, curves, bands);
        canvases.lines.current!.classList.toggle('faded', id !== null);
        const isShown = (of: string) => id === null || of === id;
        if (id !== null) {
          const emphasized = curves.filter(({ run }) => run.id === id);
          const pen = { ...penOf(emphasized, layout.ratio), hasDashes: drawing.pen.hasDashes };
          drawCurves(
            { ...drawing, pen: { ...pen, smoothed: { width: 2 } } },
            emphasized,
            bands.filter(({ id: of }) => of === id),
          );
          drawMarks(
            drawing,
            shown.filter(({ id: of }) => of === id),
            emphasized,
          );
        }
        const x = cursor.x.value;
        if (x !== null) {
          const rows = isMarked || id !== null ? cursorRows(curves, bands, x) : [];
          drawCursor(
            drawing,
            x,
            rows.filter((row) => isShown(row.id)),
          );
        }
        if (selection.value !== null) drawSelection(drawing, selection.value);
      }),
    [layout, curves, bands, cursor],
  );
}

/** The run or the band that is emphasized; null if there is only one. */
function emphasizedId(id: string | null, curves: readonly StyledCurve[], bands: readonly ChartBand[]): string | null {
  const first = curves[0]?.run.id ?? bands[0]?.id;
  const isOnly = curves.every(({ run }) => run.id === first) && bands.every((band) => band.id === first);
  return isOnly ? null : id;
}

function drawingOn(canvas: HTMLCanvasElement, layout: ChartLayout, curves: readonly StyledCurve[]): Drawing {
  const context = preparedContext(canvas, layout);
  return { context, layout, theme: chartTheme(canvas), pen: penOf(curves, layout.ratio) };
}

function drawMarks(drawing: Drawing, runs: readonly ChartRun[], curves: readonly StyledCurve[]): void {
  drawEvents(drawing, runs);
  drawNotFinite(drawing, curves);
  drawBests(drawing, curves);
}
