/** Rows from `first` up to, without, `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** The rows on screen, and some around them so that none is missing while the page scrolls. */
export function visibleRows(top: number, height: number, rowHeight: number, count: number, around: number): RowRange {
  const first = Math.floor(Math.max(0, top) / rowHeight) - around;
  const end = Math.ceil((Math.max(0, top) + height) / rowHeight) + around;
  return { first: Math.max(0, Math.min(first, count)), end: Math.max(0, Math.min(end, count)) };
}

/** Rows are asked for in pages of this length. */
export const pageLength = 100;

/**
 * The rows to ask for, in whole pages: from the first missing page of a range to its last one.
 * @param hasPage whether the rows of a page are here and up to date
 * @param most rows of one request
 * @returns undefined if nothing is missing
 */
export function missingRows(range: RowRange, hasPage: (page: number) => boolean, most: number): RowRange | undefined {
  let first: number | undefined;
  let last = 0;
  for (let page = Math.floor(range.first / pageLength); page * pageLength < range.end; page++) {
    if (hasPage(page)) continue;
    first ??= page;
    last = page;
  }
  if (first === undefined) return undefined;
  return { first: first * pageLength, end: Math.min((last + 1) * pageLength, first * pageLength + most) };
}

/** Where to scroll so that a row is on screen, moving as little as possible. */
export function scrollToRow(row: number, rowHeight: number, top: number, height: number): number {
  const start = row * rowHeight;
  if (start < top) return start;
  return Math.max(top, start + rowHeight - height);
}
