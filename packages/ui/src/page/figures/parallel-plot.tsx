import { formatNumber } from '@forge-ml/core/text';
import { type Parallel, type ParallelLine, rampColor, type ValueAxis } from '@forge-ml/plot';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Range } from '../chart/chart-data.js';
import { isDark } from '../chart/page-theme.js';
import { type Brushes, brushAfterKey } from './brushes.js';
import { widthOf } from './plot-axes.js';

interface ParallelPlotProps {
  readonly parallel: Parallel;
  readonly width: number;
  readonly height: number;
  /** The rows that are within the brushes. */
  readonly within: ReadonlySet<number>;
  readonly brushes: Brushes;
  readonly onBrushes: (brushes: Brushes) => void;
  readonly emphasized: number | undefined;
  readonly onEmphasize: (row: number | undefined) => void;
}

const top = 44;
const bottomMargin = 16;
/** How far from an axis a drag selects a part of it, CSS pixels. */
const reach = 14;
const nearLine = 8;

/**
 * A line for each run through its flags to its metric. Dragging along an axis selects a part of it; with the focus on an
 * axis, arrows move the part, + and − change its length, Delete removes it.
 */
export function ParallelPlot(props: ParallelPlotProps) {
  const { parallel, width, height, within, brushes, onBrushes, emphasized, onEmphasize } = props;
  const drag = useSignal<{ readonly axis: number; readonly start: number; readonly now: number } | null>(null);
  const { axes, lines } = parallel;
  const bottom = height - bottomMargin;
  const labels = (axis: ValueAxis) => axis.ticks(axis.kind === 'categories' ? 12 : 5);
  const left = Math.min(
    width / 6,
    Math.max(widthOf(titleOf(axes[0]!)) / 2, ...labels(axes[0]!).map(({ label }) => widthOf(label) + 10)),
  );
  const right = width - Math.min(width / 6, Math.max(48, widthOf(titleOf(axes.at(-1)!)) / 2));
  const spacing = (right - left) / Math.max(1, axes.length - 1);
  const xOf = (axis: number) => left + axis * spacing;
  const yOf = (place: number) => bottom - place * (bottom - top);
  const placeAt = (event: PointerEvent) => {
    const y = event.clientY - (event.currentTarget as Element).closest('svg')!.getBoundingClientRect().top;
    return Math.min(1, Math.max(0, (bottom - y) / (bottom - top)));
  };
  const change = (name: string, range: Range | null) => {
    const next = new Map(brushes);
    if (range === null) next.delete(name);
    else next.set(name, range);
    onBrushes(next);
  };
  const end = (event: PointerEvent) => {
    if (drag.value === null) return;
    const { axis, start } = drag.value;
    const now = placeAt(event);
    drag.value = null;
    const isClick = Math.abs(now - start) * (bottom - top) < 4;
    change(axes[axis]!.name, isClick ? null : { from: Math.min(start, now), to: Math.max(start, now) });
  };
  const pathOf = ({ places }: ParallelLine) => {
    let d = '';
    let isDrawn = false;
    for (const [at, place] of places.entries()) {
      if (place !== undefined) d += `${isDrawn ? 'L' : 'M'}${xOf(at).toFixed(1)},${yOf(place).toFixed(1)}`;
      isDrawn = place !== undefined;
    }
    return d;
  };
  const lineNear = (event: PointerEvent): number | undefined => {
    const rect = (event.currentTarget as Element).getBoundingClientRect();
    const [x, y] = [event.clientX - rect.left, event.clientY - rect.top];
    const at = Math.min(axes.length - 2, Math.max(0, Math.floor((x - left) / spacing)));
    const part = (x - xOf(at)) / spacing;
    let found: number | undefined;
    let distance = nearLine;
    for (const { row, places } of lines) {
      const [a, b] = [places[at], places[at + 1]];
      if (a === undefined || b === undefined || !within.has(row)) continue;
      const away = Math.abs(yOf(a + part * (b - a)) - y);
      if (away < distance) [found, distance] = [row, away];
    }
    return found;
  };
  const theme = isDark.value ? 'dark' : 'light';
  const shown = lines.find(({ row }) => row === emphasized);
  const inkOf = ({ rank }: ParallelLine) => (rank === undefined ? undefined : rampColor(rank, theme));
  // The pointer changes only what is emphasized, not hundreds of lines.
  const drawn = useMemo(
    () => (
      <>
        <path
          class="parallel-outside"
          d={lines
            .filter(({ row }) => !within.has(row))
            .map(pathOf)
            .join('')}
        />
        {lines
          .filter(({ row }) => within.has(row))
          .map((line) => (
            <path
              key={line.row}
              class={`parallel-line ${line.rank === undefined ? 'no-metric' : ''}`}
              d={pathOf(line)}
              stroke={inkOf(line)}
              stroke-opacity={0.85}
              stroke-width={lines.length > 100 ? 1 : 1.5}
            />
          ))}
      </>
    ),
    [parallel, within, width, height, theme],
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG with parts that have the focus has no element of its own
    <svg
      class="figure-svg"
      width={width}
      height={height}
      role="group"
      aria-label={`Parallel coordinates: ${axes.map(({ name }) => name).join(', ')} of ${lines.length} runs, ${within.size} within the chosen ranges`}
      onPointerMove={(event) => {
        if (drag.value === null) onEmphasize(lineNear(event));
      }}
      onPointerLeave={() => onEmphasize(undefined)}
    >
      <g class={shown === undefined ? '' : 'parallel-faded'}>{drawn}</g>
      {shown !== undefined && <path class="parallel-line" d={pathOf(shown)} stroke={inkOf(shown)} stroke-width={3} />}
      {axes.map((axis, at) => {
        const x = xOf(at);
        const isLast = at === axes.length - 1;
        const dragged = drag.value?.axis === at ? drag.value : undefined;
        const brush =
          dragged === undefined
            ? brushes.get(axis.name)
            : { from: Math.min(dragged.start, dragged.now), to: Math.max(dragged.start, dragged.now) };
        const keys = (event: KeyboardEvent) => {
          if (event.key === 'Delete' || event.key === 'Backspace') change(axis.name, null);
          const next = brushAfterKey(event.key, brush ?? { from: 0, to: 1 });
          if (next === undefined) return;
          event.preventDefault();
          change(axis.name, next);
        };
        return (
          <g key={axis.name} class="parallel-axis">
            <path class="figure-axis" d={`M${x},${top}V${bottom}`} />
            {labels(axis).map(({ place, label }) => (
              <text key={label} x={isLast ? x + 8 : x - 8} y={yOf(place) + 4} text-anchor={isLast ? 'start' : 'end'}>
                {label.length * 7 > spacing - 16 && !isLast
                  ? `${label.slice(0, Math.max(2, spacing / 7 - 3))}…`
                  : label}
              </text>
            ))}
            <AxisName axis={axis} x={x} room={spacing - 8} isFirst={at === 0} isLast={isLast} width={width} />
            {brush !== undefined && (
              <rect
                class="parallel-brush"
                x={x - 6}
                width={12}
                y={yOf(brush.to)}
                height={Math.max(1, yOf(brush.from) - yOf(brush.to))}
              />
            )}
            <rect
              class="parallel-handle"
              x={x - reach}
              width={2 * reach}
              y={top - 6}
              height={bottom - top + 12}
              role="slider"
              tabindex={0}
              aria-label={`Range of ${axis.name}`}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round((brush?.from ?? 0) * 100)}
              aria-valuetext={
                brush === undefined
                  ? 'all'
                  : `${Math.round(brush.from * 100)} % to ${Math.round(brush.to * 100)} % of the axis`
              }
              onKeyDown={keys}
              onPointerDown={(event) => {
                event.currentTarget.setPointerCapture(event.pointerId);
                const start = placeAt(event);
                drag.value = { axis: at, start, now: start };
              }}
              onPointerMove={(event) => {
                if (drag.value !== null) drag.value = { ...drag.value, now: placeAt(event) };
              }}
              onPointerUp={end}
              onPointerCancel={() => {
                drag.value = null;
              }}
            />
          </g>
        );
      })}
      {shown !== undefined && (
        <text class="figure-readout" x={width} y={12} text-anchor="end">
          {shown.name}: {shown.metric === null ? 'no metric' : formatNumber(shown.metric)}
        </text>
      )}
    </svg>
  );
}

interface AxisNameProps {
  readonly axis: ValueAxis;
  readonly x: number;
  readonly room: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly width: number;
}

function AxisName({ axis, x, room, isFirst, isLast, width }: AxisNameProps) {
  const most = Math.floor((isFirst || isLast ? Math.min(room, 2 * Math.min(x, width - x)) : room) / 7);
  const title = titleOf(axis);
  return (
    <text x={x} y={top - 14} text-anchor="middle" class="parallel-name">
      <title>{title}</title>
      {title.length > most ? `${title.slice(0, Math.max(2, most - 1))}…` : title}
    </text>
  );
}

function titleOf({ name, kind }: ValueAxis): string {
  return kind === 'log' ? `${name} (log)` : name;
}
