import type { Picture } from '../actions/dry-run.js';

const gap = 2;
const mostColumns = 40;

/**
 * Pictures next to each other in half blocks, two rows of pixels in a line of text, in 256 colours. Larger ones are
 * reduced; those that do not fit are omitted.
 * @param columns the width in terminal columns
 */
export function renderPictures(pictures: readonly Picture[], columns: number): string {
  const drawn = pictures.map((picture) => draw(picture, Math.min(mostColumns, columns)));
  const shown = drawn.filter((_, index) => {
    const widths = drawn.slice(0, index + 1).map(({ width }) => width);
    return widths.reduce((sum, width) => sum + width + gap, -gap) <= columns;
  });
  const lines = Math.max(0, ...shown.map(({ lines }) => lines.length));
  return Array.from({ length: lines }, (_, line) => {
    return shown.map(({ lines, width }) => lines[line] ?? ' '.repeat(width)).join(' '.repeat(gap));
  }).join('\n');
}

function draw(picture: Picture, columns: number): { readonly lines: readonly string[]; readonly width: number } {
  const scale = Math.max(1, picture.width / columns);
  const [width, height] = [Math.floor(picture.width / scale), Math.floor(picture.height / scale)];
  const colour = (row: number, column: number) =>
    colourOf(picture, Math.floor(row * scale), Math.floor(column * scale));
  const lines = Array.from({ length: Math.ceil(height / 2) }, (_, line) => {
    const cells = Array.from({ length: width }, (_, column) => {
      const upper = `\x1b[38;5;${colour(2 * line, column)}`;
      const lower = 2 * line + 1 < height ? `;48;5;${colour(2 * line + 1, column)}` : '';
      return `${upper}${lower}m▀`;
    });
    return `${cells.join('')}\x1b[0m`;
  });
  return { lines, width };
}

/** A colour of the 256: one of the greys, or of the cube of six steps for each of red, green and blue. */
function colourOf({ width, channels, values }: Picture, row: number, column: number): number {
  const at = (row * width + column) * channels;
  if (channels === 1) return 232 + Math.round(23 * values[at]!);
  const [red, green, blue] = values.slice(at, at + 3).map((value) => Math.round(5 * value)) as [number, number, number];
  return 16 + 36 * red + 6 * green + blue;
}
