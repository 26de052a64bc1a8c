const gap = '  ';
const width = 100;

/** Rows in aligned columns; numbers are aligned right. */
export function renderColumns(rows: readonly (readonly string[])[], indent = '  '): string {
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
    return `${indent}${cells.join(gap)}`.trimEnd();
  });
  return lines.join('\n');
}

/** Items in lines of a limited width. */
export function wrapList(items: readonly string[], indent: string): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && `${last}, ${item}`.length <= width) lines[lines.length - 1] = `${last}, ${item}`;
    else {
      if (last !== undefined) lines[lines.length - 1] = `${last},`;
      lines.push(`${indent}${item}`);
    }
  }
  return lines.join('\n');
}
