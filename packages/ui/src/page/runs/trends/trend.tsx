import type { Sparkline } from '../../../protocol/sparklines.js';
import { trendPath } from './trends.js';

const [width, height] = [80, 16];

/** The curve of the metric that the table is sorted by. */
export function Trend({ line }: { readonly line: Sparkline | undefined }) {
  if (line === undefined) return null;
  return (
    <svg
      class="trend-line"
      viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      width={width + 2}
      height={height + 2}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={trendPath(line, width, height)} />
    </svg>
  );
}
