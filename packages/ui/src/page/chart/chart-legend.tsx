import { formatNumber, printableText } from '@forge-ml/core/text';
import type { ChartBand } from './chart-data.js';
import { cursorRows } from './cursor-rows.js';
import { LineSample } from './line-sample.js';
import type { SharedCursor } from './shared-cursor.js';
import type { StyledCurve } from './styled-curves.js';

interface ChartLegendProps {
  readonly curves: readonly StyledCurve[];
  readonly bands: readonly ChartBand[];
  readonly cursor: SharedCursor;
}

/** More lines would take the room of the chart; their values are at the crosshair. */
const mostEntries = 4;

/**
 * The lines of one run with their values at the crosshair, or their last ones. Of several runs, what dashes mean: their
 * colors are explained once on the page, and charts beside each other keep their height.
 */
export function ChartLegend({ curves, bands, cursor }: ChartLegendProps) {
  const runs = new Set(curves.map(({ curve }) => curve.run));
  if (runs.size > 1 || curves.length + bands.length > mostEntries) return <SplitLegend curves={curves} />;
  const rows = new Map(cursorRows(curves, bands, cursor.x.value).map((row) => [row.key, row]));
  const lines = [
    ...curves.map(({ curve, run: { color }, label, dash }) => ({
      key: `${curve.run} ${curve.metric}`,
      label,
      color,
      dash,
    })),
    ...bands.map((band) => ({ key: band.id, ...band })),
  ];
  return (
    <ul class="chart-legend">
      {lines.map(({ key, label, color, dash }) => (
        <li key={key}>
          <LineSample color={color} dash={dash} /> {label}{' '}
          <span class="num legend-value">{rows.has(key) ? formatNumber(rows.get(key)!.value) : '–'}</span>
        </li>
      ))}
    </ul>
  );
}

function SplitLegend({ curves }: { readonly curves: readonly StyledCurve[] }) {
  const splits = new Map(curves.filter(({ run }) => run.cycle === 0).map(({ curve, dash }) => [curve.split, dash]));
  if (splits.size < 2) return null;
  return (
    <ul class="chart-legend">
      {[...splits].map(([split, dash]) => (
        <li key={split}>
          <LineSample dash={dash} /> {printableText(split)}
        </li>
      ))}
    </ul>
  );
}
