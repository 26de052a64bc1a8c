import { formatNumber } from '@forge-ml/core/text';
import type { Axis, Curve } from '../../protocol/curves.js';
import type { ChartRun } from './chart-data.js';
import type { SharedCursor } from './shared-cursor.js';
import { styledCurves } from './styled-curves.js';
import { valuesAt } from './values-at.js';

interface CursorTableProps {
  readonly runs: readonly ChartRun[];
  readonly curves: readonly Curve[];
  readonly axis: Axis;
  readonly cursor: SharedCursor;
}

/** The values of all curves at the crosshair, the highest first: the raw value, the smoothed one in brackets. */
export function CursorTable({ runs, curves, axis, cursor }: CursorTableProps) {
  const x = cursor.x.value;
  if (x === null) return null;
  const labels = new Map(styledCurves(runs, curves).map(({ curve, label }) => [curve, label]));
  return (
    <table class="chart-values">
      <tbody>
        {valuesAt(curves, x, 0).map(({ curve, x: place, value, smoothed }) => (
          <tr
            key={`${curve.run} ${curve.metric}`}
            class={cursor.run.value === curve.run ? 'emphasized' : undefined}
            onPointerEnter={() => {
              cursor.run.value = curve.run;
            }}
          >
            <td>{labels.get(curve)}</td>
            <td class="num">
              {formatNumber(value)}
              {smoothed === null ? '' : ` (${formatNumber(smoothed)})`}
            </td>
            <td class="num muted">{axis === 'step' ? place : formatNumber(place)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
