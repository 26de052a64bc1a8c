import { formatNumber } from '@forge-ml/core/text';
import type { HistogramContent } from '../../../protocol/run-view.js';

interface HistogramBarsProps {
  readonly histogram: HistogramContent;
  readonly label: string;
}

const [width, height] = [360, 120];

/** A histogram as bars. */
export function HistogramBars({ histogram: { edges, counts }, label }: HistogramBarsProps) {
  const [low, high] = [edges[0]!, edges.at(-1)!];
  const most = Math.max(...counts) || 1;
  const x = (value: number) => (high === low ? 0 : (width * (value - low)) / (high - low));
  return (
    <div class="histogram">
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <title>{label}</title>
        {counts.map((count, at) => {
          const left = x(edges[at]!);
          const right = high === low ? width : x(edges[at + 1]!);
          const top = (height * count) / most;
          return (
            <rect key={at} x={left} width={Math.max(0.5, right - left - 0.5)} y={height - top} height={top}>
              <title>{`${formatNumber(edges[at]!)} to ${formatNumber(edges[at + 1]!)}: ${count}`}</title>
            </rect>
          );
        })}
      </svg>
      <p class="histogram-axis muted">
        <span>{formatNumber(low)}</span>
        <span>{formatNumber(high)}</span>
      </p>
    </div>
  );
}
