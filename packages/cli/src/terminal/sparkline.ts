const blocks = '▁▂▃▄▅▆▇█';
const asciiLevels = '_.-~=*#@';

/**
 * Values as a line of characters, lowest to highest; a space where there is none.
 * @param points by place, from 0 to 1
 * @param most the most characters; each shows the last value in it. With fewer points, each point is a character
 */
export function sparkline(
  points: readonly { readonly at: number; readonly value: number }[],
  most: number,
  unicode: boolean,
): string {
  const levels = unicode ? blocks : asciiLevels;
  const width = Math.min(most, points.length);
  const columns = new Array<number | undefined>(width).fill(undefined);
  for (const [index, { at, value }] of points.entries()) {
    columns[points.length <= most ? index : Math.min(width - 1, Math.floor(at * width))] = value;
  }
  const values = columns.filter((value) => value !== undefined);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const level = (value: number) =>
    high === low ? 0 : Math.min(levels.length - 1, Math.floor(((value - low) / (high - low)) * levels.length));
  return columns.map((value) => (value === undefined ? ' ' : levels[level(value)]!)).join('');
}
