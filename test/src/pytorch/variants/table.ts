import { type Finding, misses } from './compare.js';

const heads = ['file', 'way', 'trained', 'gradient', 'loss', 'checker', 'ONNX Runtime', ''];

/** A row for each file and way. */
export function tableOf(findings: readonly Finding[]): string {
  const rows = [heads, ...findings.map(cellsOf)];
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => (column < 7 ? row[column]!.length : 0))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf(finding: Finding): readonly string[] {
  const { name, way = '', skipped, failed } = finding;
  if (skipped !== undefined) return [name, way, '', '', '', '', '', `skipped: ${skipped}`];
  if (failed !== undefined) return [name, way, '', '', '', '', '', `MISSED: ${failed}`];
  const { trained, compared, gradient, first, last, checker = '', difference } = finding;
  const missed = misses(finding);
  return [
    name,
    way,
    `${compared} of ${trained}`,
    short(gradient),
    `${first!.toPrecision(4)} → ${last!.toPrecision(4)}`,
    checker === 'ok' || checker === 'as the file' ? checker : 'no',
    short(difference),
    missed.length === 0 ? 'holds' : `MISSED: ${missed.join('; ')}`,
  ];
}

function short(value: number | undefined): string {
  return value === undefined ? '' : value.toExponential(1);
}
