import type { Cell } from '../../tensor/row.js';

/** What a slow reader of whole texts finds: rows of text, and the places of bad rows. */
export interface ReferenceCsv {
  readonly rows: readonly (readonly string[])[];
  readonly bad: readonly { readonly line: number; readonly column: number }[];
}

/** Reads CSV without a header one character at a time. */
export function referenceCsv(text: string, width: number, delimiter: string): ReferenceCsv {
  const rows: string[][] = [];
  const bad: { line: number; column: number }[] = [];
  const isEnd = (at: number) => at >= text.length || text[at] === '\n' || text[at] === '\r';
  const afterLine = (from: number) => {
    let at = from;
    while (!isEnd(at)) at++;
    return at + (text.slice(at, at + 2) === '\r\n' ? 2 : 1);
  };
  const fail = (at: number) => {
    const lines = text.slice(0, at).split(/\r\n|\n|\r/);
    bad.push({ line: lines.length, column: lines.at(-1)!.length + 1 });
  };
  for (let position = 0; position < text.length; ) {
    if (isEnd(position)) {
      position = afterLine(position);
      continue;
    }
    const cells: string[] = [];
    const starts: number[] = [];
    let at = position;
    let fault: number | undefined;
    for (;;) {
      starts.push(at);
      const start = at;
      if (text[at] === '"') {
        at++;
        while (at < text.length && (text[at] !== '"' || text[at + 1] === '"')) at += text[at] === '"' ? 2 : 1;
        if (at >= text.length) fault = start;
        cells.push(text.slice(start + 1, at).replaceAll('""', '"'));
        at++;
        if (fault === undefined && !isEnd(at) && text[at] !== delimiter) fault = at;
      } else {
        while (!isEnd(at) && text[at] !== delimiter && text[at] !== '"') at++;
        cells.push(text.slice(start, at));
        if (text[at] === '"') fault = at;
      }
      if (fault !== undefined || isEnd(at)) break;
      at++;
    }
    if (fault !== undefined) fail(fault);
    else if (cells.length !== width) fail(cells.length < width ? at : starts[width]!);
    else rows.push(cells);
    position = afterLine(fault ?? at);
  }
  return { rows, bad };
}

/** The values of rows of text, with the types inferred from all of them. */
export function inferredCells(
  rows: readonly (readonly string[])[],
  width: number,
  missing: readonly string[],
): Cell[][] {
  const isMissing = (cell: string) => missing.includes(cell.trim());
  const isNumber = (cell: string) =>
    /^\s*[-+]?(0|[1-9]\d*|(?=\.\d))(\.\d*)?(e[-+]?\d+)?\s*$/i.test(cell) &&
    (/[.e]/i.test(cell) || Number.isSafeInteger(Number(cell)));
  const isBoolean = (cell: string) => /^\s*(true|false)\s*$/i.test(cell);
  const columns = Array.from({ length: width }, (_, column) => rows.map((row) => row[column]!));
  const values = columns.map((cells): Cell[] => {
    const present = cells.filter((cell) => !isMissing(cell));
    if (present.every(isNumber)) return cells.map((cell) => (isMissing(cell) ? null : Number(cell)));
    if (present.every(isBoolean)) return cells.map((cell) => (isMissing(cell) ? null : /true/i.test(cell)));
    return cells.map((cell) => (isMissing(cell) ? null : cell));
  });
  return rows.map((_, row) => values.map((column) => column[row]!));
}
