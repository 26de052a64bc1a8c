import type { Colors } from '../../terminal/colors.js';
import { padText, widestOf } from '../../terminal/text-width.js';
import { wrapWords } from '../../terminal/wrap.js';

/** A line of a comparison: what is compared, and a cell for each side. */
export interface SideRow {
  readonly name: string;
  readonly cells: readonly string[];
}

export interface SideSection {
  readonly title: string;
  readonly rows: readonly SideRow[];
}

const gap = '  ';

/**
 * Sections of rows with one column a side. If that is wider than the terminal, each cell gets a line of its own, after
 * the title of its side.
 * @param titles of the sides
 */
export function renderSides(
  sections: readonly SideSection[],
  titles: readonly string[],
  colors: Colors,
  columns: number,
): string {
  const rows = sections.flatMap((section) => section.rows);
  const nameWidth = Math.max(
    widestOf(rows.map(({ name }) => gap + name)),
    widestOf(sections.map(({ title }) => title)),
  );
  const widths = titles.map((title, side) => widestOf([title, ...rows.map(({ cells }) => cells[side]!)]));
  const needed = widths.reduce((sum, width) => sum + gap.length + width, nameWidth);
  const fits = needed <= columns;
  const line = (name: string, cells: readonly string[]) => {
    return [padText(name, nameWidth), ...cells.map((cell, side) => padText(cell, widths[side]!))].join(gap).trimEnd();
  };
  const head = fits
    ? [
        line(
          '',
          titles.map((title) => colors.dim(title)),
        ),
      ]
    : [];
  const blocks = sections.map((section) => {
    const lines = section.rows.map(({ name, cells }) =>
      fits ? line(gap + name, cells) : stackedCells(gap + name, cells, titles, colors, columns),
    );
    return [colors.bold(section.title), ...lines].join('\n');
  });
  return [...head, blocks.join('\n\n')].join('\n');
}

/** A name, and below it each cell on a line of its own that starts with the title of its side. */
function stackedCells(
  name: string,
  cells: readonly string[],
  titles: readonly string[],
  colors: Colors,
  columns: number,
): string {
  const width = widestOf(titles);
  const indent = ' '.repeat(3 * gap.length + width);
  const lines = cells.map((cell, side) => {
    const wrapped = wrapWords(cell, columns - indent.length).replaceAll('\n', `\n${indent}`);
    return `${gap}${gap}${colors.dim(padText(titles[side]!, width))}${gap}${wrapped}`;
  });
  return [name, ...lines].join('\n');
}
