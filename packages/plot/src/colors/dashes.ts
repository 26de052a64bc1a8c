/** Dashes of lines whose colors may repeat: the first is solid. */
const dashes = ['', '4 2', '1 1.5', '6 2 1 2', '2 2', '8 2', '4 2 1 2 1 2', '1 3'];

/** The dashes of a line of an SVG; empty for a solid one. @param dash as of a series */
export function dashPattern(dash: number): string {
  return dashes[dash % dashes.length]!;
}
