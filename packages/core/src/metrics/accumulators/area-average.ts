import type { ScoreGroup } from './parts/ranking.js';

export type AreaAverage = 'macro' | 'weighted' | 'micro';

/**
 * The area of class 1 for one score; else the mean over the classes, `weighted` by how often each is a label.
 * @param classes the examples of each class by score, that class against the rest
 */
export function averageArea(
  classes: readonly (readonly ScoreGroup[])[],
  area: (groups: readonly ScoreGroup[]) => number,
  average: AreaAverage,
): number {
  const areas = classes.map(area);
  if (areas.length === 1) return areas[0]!;
  const weights = classes.map((groups) =>
    average === 'weighted' ? groups.reduce((sum, { positive }) => sum + positive, 0) : 1,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return areas.reduce((sum, value, at) => sum + value * weights[at]!, 0) / total;
}
