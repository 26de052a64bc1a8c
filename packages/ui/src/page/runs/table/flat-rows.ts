/** A group whose runs are shown below it. */
export interface Expansion {
  /** The place of the group. */
  readonly at: number;
  /** How many lines it adds. */
  readonly lines: number;
}

/** What a line of a grouped table is: a group, or one of its runs (from 0). */
export interface LinePlace {
  readonly group: number;
  readonly run: number | undefined;
}

/** @param expansions in the order of the groups */
export function lineCount(groups: number, expansions: readonly Expansion[]): number {
  return expansions.reduce((sum, { lines }) => sum + lines, groups);
}

export function placeOfLine(line: number, expansions: readonly Expansion[]): LinePlace {
  let added = 0;
  for (const { at, lines } of expansions) {
    const start = at + added;
    if (line <= start) break;
    if (line <= start + lines) return { group: at, run: line - start - 1 };
    added += lines;
  }
  return { group: line - added, run: undefined };
}
