import type { ReadonlySignal } from '@preact/signals';
import type { Axis } from '../../protocol/curves.js';
import { placeText } from './axis-ticks.js';
import type { ChartBand } from './chart-data.js';
import type { ChartLayout } from './chart-layout.js';
import { cursorRows } from './cursor-rows.js';
import { CursorRows } from './cursor-table.js';
import type { SharedCursor } from './shared-cursor.js';
import type { StyledCurve } from './styled-curves.js';

interface ReadoutProps {
  readonly layout: ChartLayout;
  readonly curves: readonly StyledCurve[];
  readonly bands: readonly ChartBand[];
  readonly axis: Axis;
  readonly cursor: SharedCursor;
  /** Whether the pointer, or the keys, are in this chart: the others show the crosshair only. */
  readonly isHere: ReadonlySignal<boolean>;
}

/** CSS pixels. */
const rowHeight = 20;
const distance = 12;

/** The values at the crosshair, beside it. */
export function Readout({ layout, curves, bands, axis, cursor, isHere }: ReadoutProps) {
  const x = cursor.x.value;
  if (!isHere.value || x === null) return null;
  const left = layout.x.toPixel(x);
  const isLeft = left > (layout.box.left + layout.box.right) / 2;
  const place = isLeft ? { right: `${layout.width - left + distance}px` } : { left: `${left + distance}px` };
  const mostRows = Math.max(3, Math.floor((layout.box.bottom - layout.box.top) / rowHeight) - 3);
  return (
    <div class="chart-readout" style={place}>
      <p class="muted">
        {axis === 'clock' ? '' : `${axis} `}
        {placeText(axis, x)}
      </p>
      <CursorRows rows={cursorRows(curves, bands, x)} axis={axis} emphasized={cursor.run.value} mostRows={mostRows} />
    </div>
  );
}
