import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo, useRef } from 'preact/hooks';
import type { Axis, Curve } from '../../protocol/curves.js';
import { copiedText, useCopied } from '../parts/use-copied.js';
import { bestAddress } from './best-address.js';
import type { ChartBand, ChartRun, Range } from './chart-data.js';
import { ChartLegend } from './chart-legend.js';
import { ChartMenu } from './chart-menu.js';
import { chartNote } from './chart-note.js';
import { chartSummary } from './chart-summary.js';
import type { Selection } from './gestures.js';
import { Readout } from './readout.js';
import type { SharedCursor } from './shared-cursor.js';
import { type StyledCurve, styledCurves } from './styled-curves.js';
import { useDrawing } from './use-drawing.js';
import { useFrame } from './use-frame.js';
import { useGestures } from './use-gestures.js';
import { useLayout } from './use-layout.js';
import { useZoom } from './use-zoom.js';

export interface CurveChartProps {
  /** What the vertical axis shows: `auc`. */
  readonly title: string;
  readonly runs: readonly ChartRun[];
  /** The curves of the chart: of each run, each split of one metric. */
  readonly curves: readonly Curve[];
  readonly bands?: readonly ChartBand[];
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
  /**
   * Called with the pixels of the screen across the curves, when they change: what to ask curves for. Not called before the
   * chart is near the visible part of the page.
   */
  readonly onWidth?: (devicePixels: number) => void;
}

const noBands: readonly ChartBand[] = [];

/**
 * Curves of a metric over runs and splits. Dragging selects what is visible (with shift, of both axes), a double click or
 * Escape shows all again, the wheel with ctrl, two fingers, + and − zoom, arrows move, and b copies the address of the best.
 */
export function CurveChart(props: CurveChartProps) {
  const { title, runs, curves, bands = noBands, axis, logX, logY, cursor, height = 240, onWidth } = props;
  const frame = useRef<HTMLDivElement>(null);
  const axes = useRef<HTMLCanvasElement>(null);
  const lines = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const summaryId = useId();
  const selection = useSignal<Selection | null>(null);
  const isHere = useSignal(false);
  const copied = useCopied();

  const { size, isNear } = useFrame(frame);
  const { range, values, ...zoom } = useZoom(axis, logY, props.range, props.onRange);
  const styled = useMemo(() => styledCurves(runs, curves), [runs, curves]);
  const { layout, whole } = useLayout(axes, { size, curves, bands, axis, logX, logY, range, values });
  useDrawing({ axes, lines, cursor: above }, { layout, runs, curves: styled, bands, cursor, selection, isNear });
  const copyBest = (curve: StyledCurve) => copied.copy(bestAddress(curve));
  const isZoomed = range !== null || values !== null;
  const zoomState = { range, values, ...zoom };
  useGestures(frame, { layout, whole, curves: styled, bands, cursor, zoom: zoomState, selection, isHere, copyBest });

  const devicePixels = layout === undefined ? 0 : Math.round((layout.box.right - layout.box.left) * layout.ratio);
  useEffect(() => {
    if (devicePixels > 0) onWidth?.(devicePixels);
  }, [devicePixels]);

  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">
          {title}
          {logY ? <span class="muted">, log scale</span> : null}
        </span>
        <ChartLegend curves={styled} bands={bands} cursor={cursor} />
        <span class="muted chart-note" aria-live="polite">
          {copied.last === null ? chartNote(curves) : `${copiedText(copied.last)} ${copied.last.name}`}
        </span>
        <button
          type="button"
          // It keeps its place: the legend would become higher, and the curves would move under the pointer.
          class={isZoomed ? 'chart-button' : 'chart-button invisible'}
          disabled={!isZoomed}
          onClick={zoom.reset}
        >
          show all
        </button>
        <ChartMenu {...{ title, axis, logX, logY, bands, range }} curves={styled} />
      </figcaption>
      <div
        class="chart-frame"
        ref={frame}
        style={{ height: `${height}px` }}
        role="application"
        aria-label={`Curves of ${title}`}
        aria-describedby={summaryId}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move and zoom it
        tabIndex={0}
      >
        <canvas ref={axes} />
        <canvas ref={lines} />
        <canvas ref={above} />
        {layout === undefined ? null : <Readout {...{ layout, bands, axis, cursor, isHere }} curves={styled} />}
      </div>
      <p class="only-read" id={summaryId}>
        {chartSummary(title, styled)}
      </p>
    </figure>
  );
}
