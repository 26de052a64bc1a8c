import { spread } from '../scales/spread.js';
import { type Box, element, round, textElement } from '../svg/elements.js';
import { lineHeight, shortened, widestOf } from '../svg/style.js';

/** A line of a plot and its name. */
export interface LegendEntry {
  readonly label: string;
  /** Attributes of the sample of its line. */
  readonly style: Readonly<Record<string, string>>;
  /** The height of the line's end in the figure; undefined for a line without points. */
  readonly y: number | undefined;
}

/** Points of the sample of a line, and of the room around it. */
export const sampleLength = 14;
export const legendGap = 8;

/**
 * A sample of each line and its name, at the height of the line's end.
 * @param inside whether they are below each other in the corner of the box
 */
export function lineLegend(entries: readonly LegendEntry[], box: Box, inside: boolean): string[] {
  const wanted = entries.map(({ y }, at) => (inside || y === undefined ? box.top + at * lineHeight : y));
  const heights = spread(wanted, lineHeight, box.top + 3, box.bottom - 3);
  const longest = widestOf(entries.map(({ label }) => label));
  const start = inside ? box.right - longest - sampleLength - 4 : box.right + 4;
  return entries.flatMap(({ label, style }, at) => {
    const y = heights[at]!;
    const d = `M${round(start)},${round(y)}h${sampleLength}`;
    return [
      element('path', { d, fill: 'none', 'stroke-width': 1.2, ...style }),
      textElement(label, { x: start + sampleLength + 3, y: y + 2.8 }),
    ];
  });
}

/** The name of each point right of the box, at its height, after a dot of its color. @param width of the figure */
export function dotLegend(
  points: readonly { readonly label: string; readonly color: string; readonly y: number }[],
  box: Box,
  width: number,
): string[] {
  const heights = spread(
    points.map(({ y }) => y),
    lineHeight,
    box.top + 3,
    box.bottom - 3,
  );
  const x = box.right + 8;
  return points.flatMap(({ label, color }, at) => [
    element('circle', { cx: x, cy: heights[at]!, r: 2.2, fill: color }),
    textElement(shortened(label, width - x - 7), { x: x + 5, y: heights[at]! + 2.8 }),
  ]);
}
