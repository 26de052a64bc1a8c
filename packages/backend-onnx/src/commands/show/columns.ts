const gap = '  ';
/** Lists are not wider than this, also where there is room. */
const widest = 100;

/** Of the terminal; a pipe has none. */
function terminalWidth(): number {
  return process.stdout.columns ?? Number.POSITIVE_INFINITY;
}

/** Rows in aligned columns; numbers are aligned right. Where they do not fit, what is left of a row is below it. */
export function renderColumns(
  rows: readonly (readonly string[])[],
  indent = '  ',
  width: number = terminalWidth(),
): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, at) => {
    return Math.max(0, ...rows.filter((row) => row.length > 1).map((row) => row[at]?.length ?? 0));
  });
  const isNumeric = widths.map(
    (_, at) =>
      at > 0 &&
      rows.some((row) => row[at] !== undefined) &&
      rows.slice(1).every((row) => /^([\d.,]+( [%kMGTP]?B?)?)?$/.test(row[at] ?? '')),
  );
  const lines = rows.map((row) => {
    const cells = row.map((cell, at) =>
      isNumeric[at] && rows.length > 1 ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!),
    );
    const line = `${indent}${cells.join(gap)}`.trimEnd();
    return line.length <= width ? line : joined(row.filter(Boolean), gap, indent, `${indent}${gap}${gap}`, width);
  });
  return lines.join('\n');
}

/** Items in lines of a limited width. */
export function wrapList(items: readonly string[], indent: string, width: number = terminalWidth()): string {
  const parts = items.map((item, at) => (at < items.length - 1 ? `${item},` : item));
  return joined(parts, ' ', indent, indent, Math.min(widest, width));
}

/** A sentence in lines that fit the terminal. */
export function wrapText(text: string, indent: string, width: number = terminalWidth()): string {
  return joined(text.split(' '), ' ', indent, indent, width);
}

/** Parts in lines of a width. No part is broken, so that a name can be copied. */
function joined(parts: readonly string[], space: string, first: string, indent: string, width: number): string {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(`${first}${part}`);
    else if (`${last}${space}${part}`.length <= width) lines[lines.length - 1] = `${last}${space}${part}`;
    else lines.push(`${indent}${part}`);
  }
  return lines.join('\n');
}
