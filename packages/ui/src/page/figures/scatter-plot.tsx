import { formatNumber, printableText } from '@forge-ml/core/text';
import type { Scatter, ScatterPoint } from '@forge-ml/plot';
import { useMemo } from 'preact/hooks';
import { isDark } from '../chart/page-theme.js';
import { inkOf } from '../chart/run-ink.js';
import { nearestPoint } from './nearest-point.js';
import { acrossOf, boxOf, PlotAxes, upOf } from './plot-axes.js';

interface ScatterPlotProps {
  readonly scatter: Scatter;
  readonly width: number;
  readonly height: number;
  /** Rows of points with a ring, besides the best. */
  readonly marked?: ReadonlySet<number>;
  /** The row of the emphasized point. */
  readonly emphasized: number | undefined;
  readonly onEmphasize: (row: number | undefined) => void;
  /** A point was clicked. */
  readonly onOpen: (row: number) => void;
}

/** A flag against a metric: a point for each run. */
export function ScatterPlot({ scatter, width, height, marked, emphasized, onEmphasize, onOpen }: ScatterPlotProps) {
  const { x, y, points, best } = scatter;
  const up = { title: y.title, ticks: y.ticks(Math.max(2, Math.round((height - 64) / 48))) };
  const box = boxOf(width, height, up);
  const across = { title: x.title, ticks: x.ticks(Math.max(2, Math.floor((box.right - box.left) / 72))) };
  const shown = points.find(({ row }) => row === emphasized);
  const dark = isDark.value;
  const inkAt = ({ color }: ScatterPoint) => inkOf(color ?? 0, dark);
  // The pointer changes only what is emphasized, not hundreds of points.
  const drawn = useMemo(
    () => (
      <>
        <PlotAxes box={box} across={across} up={up} />
        {points.map((point) => (
          <circle
            key={point.row}
            cx={acrossOf(box, point.across)}
            cy={upOf(box, point.up)}
            r={4}
            fill={inkAt(point)}
            fill-opacity={0.75}
          />
        ))}
      </>
    ),
    [scatter, width, height, dark],
  );
  const pointNear = (event: MouseEvent): ScatterPoint | undefined =>
    nearestPoint(event, points, ({ across, up }) => [acrossOf(box, across), upOf(box, up)]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table of the runs has the same links
    <svg
      class="figure-svg"
      width={width}
      height={height}
      role="img"
      aria-label={summaryOf(scatter)}
      onPointerMove={(event) => onEmphasize(pointNear(event)?.row)}
      onPointerLeave={() => onEmphasize(undefined)}
      onClick={(event) => {
        const point = pointNear(event);
        if (point !== undefined) onOpen(point.row);
      }}
    >
      {drawn}
      {points
        .filter((point) => point === best || marked?.has(point.row))
        .map((point) => (
          <circle key={point.row} class="figure-best" cx={acrossOf(box, point.across)} cy={upOf(box, point.up)} r={7} />
        ))}
      {shown !== undefined && (
        <circle
          class="figure-shown"
          cx={acrossOf(box, shown.across)}
          cy={upOf(box, shown.up)}
          r={6}
          fill={inkAt(shown)}
        />
      )}
      {shown !== undefined && <PointText point={shown} x={acrossOf(box, shown.across)} right={box.right} />}
    </svg>
  );
}

function PointText({ point, x, right }: { readonly point: ScatterPoint; readonly x: number; readonly right: number }) {
  const text = `${point.name}: ${printableText(String(point.x ?? 'none'))}, ${formatNumber(point.y)}`;
  return (
    <text class="figure-readout" x={Math.min(right, Math.max(x, right / 2))} y={14} text-anchor="end">
      {text}
    </text>
  );
}

function summaryOf({ x, y, points, best }: Scatter): string {
  const end =
    best === undefined ? '' : ` Best: ${best.name}, ${formatNumber(best.y)} with ${x.name} ${String(best.x)}.`;
  return `${y.name} by ${x.name} of ${points.length} runs.${end}`;
}
