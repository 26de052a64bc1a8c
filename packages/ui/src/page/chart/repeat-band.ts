import { bandsOf, type Spread } from '@forge-ml/plot';
import type { Curve } from '../../protocol/curves.js';
import type { ChartBand } from './chart-data.js';

/**
 * The median of the curves of one metric over repeats of a configuration, with the area around it: of the smoothed lines
 * where they are smoothed.
 * @param curves at least one
 */
export function repeatBand(
  curves: readonly Curve[],
  spread: Spread,
  look: Pick<ChartBand, 'id' | 'label' | 'color' | 'dash'>,
): ChartBand {
  const { split, name } = curves[0]!;
  const lines = curves.map(({ lines: raw, smoothed }) => {
    return (smoothed ?? raw).map(({ x, y }) => ({ x: [...x], y: [...y] }));
  });
  const bands = bandsOf(lines, spread);
  if (curves.length > 1) return { ...look, split, name, bands };
  // A run alone is its own median.
  const alone = lines[0]!.map(({ x, y }) => ({ x, middle: y, low: y, high: y, runs: x.map(() => 1) }));
  return { ...look, split, name, bands: alone };
}
