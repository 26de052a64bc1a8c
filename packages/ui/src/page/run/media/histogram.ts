import type { HistogramContent } from '../../../protocol/run-view.js';

/** More intervals than a screen has pixels. */
const mostCounts = 10_000;

/** @returns undefined for what is no histogram: the file is a stranger's */
export function parseHistogram(json: string): HistogramContent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { edges, counts } = value as Partial<Record<keyof HistogramContent, unknown>>;
  if (!areNumbers(edges) || !areNumbers(counts)) return undefined;
  if (counts.length === 0 || counts.length > mostCounts || edges.length !== counts.length + 1) return undefined;
  if (edges.some((edge, at) => at > 0 && edge < edges[at - 1]!) || counts.some((count) => count < 0)) return undefined;
  return { edges, counts };
}

function areNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isFinite(item));
}

/**
 * How dense values are in rows of equal height between two values, relative to the densest: from 0 to 1, the lowest values
 * first.
 */
export function densities({ edges, counts }: HistogramContent, from: number, to: number, rows: number): number[] {
  const height = (to - from) / rows;
  const found = Array.from({ length: rows }, () => 0);
  for (const [at, count] of counts.entries()) {
    const [low, high] = [edges[at]!, edges[at + 1]!];
    // Equal values have no width: all are in one row.
    const width = high - low || height;
    const first = Math.max(0, Math.floor((low - from) / height));
    for (let row = first; row < rows && from + row * height < low + width; row++) {
      const covered = Math.min(from + (row + 1) * height, low + width) - Math.max(from + row * height, low);
      found[row]! += (count * Math.max(0, covered)) / width;
    }
  }
  const most = Math.max(...found);
  return most === 0 ? found : found.map((density) => density / most);
}
