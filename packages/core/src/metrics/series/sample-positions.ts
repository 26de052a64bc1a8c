/** Of an interval: its first, lowest, highest and last finite value, and the first and the last one that is not finite. */
const mostOfInterval = 6;

/**
 * Which values of a long series to keep, so that it looks alike on any axis: of each of many intervals with equally many
 * values the first, lowest, highest and last one, so that no extreme is lost, and where values are not finite.
 * @param most of the values kept, at least 6
 * @returns positions, ascending; all of a series that is not longer
 */
export function samplePositions(
  values: { readonly length: number; at(position: number): number },
  most: number,
): number[] {
  const { length } = values;
  if (length <= most) return Array.from({ length }, (_, at) => at);
  const intervals = Math.max(1, Math.floor(most / mostOfInterval));
  const kept: number[] = [];
  for (let interval = 0; interval < intervals; interval++) {
    const start = Math.floor((interval * length) / intervals);
    const end = Math.floor(((interval + 1) * length) / intervals);
    kept.push(...positionsOf(values, start, end));
  }
  return kept;
}

function positionsOf(values: { at(position: number): number }, start: number, end: number): number[] {
  let [first, last, lowest, highest, firstOther, lastOther] = [-1, -1, -1, -1, -1, -1];
  for (let at = start; at < end; at++) {
    const value = values.at(at);
    if (!Number.isFinite(value)) {
      if (firstOther < 0) firstOther = at;
      lastOther = at;
      continue;
    }
    if (first < 0) first = at;
    last = at;
    if (lowest < 0 || value < values.at(lowest)) lowest = at;
    if (highest < 0 || value > values.at(highest)) highest = at;
  }
  const found = new Set([first, last, lowest, highest, firstOther, lastOther]);
  return [...found].filter((at) => at >= 0).sort((a, b) => a - b);
}
