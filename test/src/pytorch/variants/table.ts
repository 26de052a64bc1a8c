import { type Case, caseOf } from './cases.js';
import { type Finding, misses } from './compare.js';

const heads = ['file', 'way', 'trained', 'gradient', 'loss', 'rate', 'checker', 'ONNX Runtime', ''];

/** A row for each file and way. */
export function tableOf(findings: readonly Finding[]): string {
  return aligned([heads, ...findings.map(cellsOf)]);
}

/**
 * A row for each model and variant, over its exporters and ways: how many files hold, the worst gradient, the greatest
 * share of its loss that is left, the checker and what ONNX Runtime computes.
 */
export function summaryOf(findings: readonly Finding[]): string {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { model, variant } = caseOf(finding.name);
    const key = `${model} ${variant}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return aligned([summaryHeads, ...[...groups].map(([key, group]) => summaryRow(key, group))]);
}

const summaryHeads = ['model', 'variant', 'exporters', 'gradient', 'loss left', 'checker', 'ONNX Runtime', ''];

function summaryRow(key: string, group: readonly Finding[]): readonly string[] {
  const [model, variant] = key.split(' ') as [string, string];
  const done = group.filter(({ skipped, failed }) => skipped === undefined && failed === undefined);
  const without = exportersOf(group).filter((exporter) => !exportersOf(done).includes(exporter));
  const none = without.map((exporter) => `${exporter}: ${reasonOf(group, exporter)}`);
  const missed = group.flatMap((finding) => misses(finding)).length;
  const most = (of: (finding: Finding) => number) => (done.length === 0 ? undefined : Math.max(...done.map(of)));
  return [
    model,
    variant,
    exportersOf(done).join(' '),
    short(most(({ gradient }) => gradient!)),
    percent(most(({ first, last }) => last! / first!)),
    [...new Set(done.map(({ checker = '' }) => (whole.includes(checker) ? checker : 'no')))].join(', '),
    short(most(({ difference }) => difference ?? Number.NaN)),
    [missed > 0 ? `${missed} MISSED` : done.length > 0 ? 'holds' : '', ...none].filter(Boolean).join('; '),
  ];
}

const whole = ['ok', 'as the file'];

function exportersOf(findings: readonly Finding[]): readonly Case['exporter'][] {
  return [...new Set(findings.map(({ name }) => caseOf(name).exporter))];
}

function reasonOf(group: readonly Finding[], exporter: string): string {
  const reasons = group.filter(({ name }) => caseOf(name).exporter === exporter);
  return `${reasons[0]!.skipped ?? reasons[0]!.failed}`.slice(0, 120);
}

function percent(value: number | undefined): string {
  return value === undefined ? '' : `${(100 * value).toFixed(1)} %`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const last = rows[0]!.length - 1;
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (column < last ? row[column]!.length : 0))));
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
  if (skipped !== undefined) return [name, way, '', '', '', '', '', '', `skipped: ${skipped}`];
  if (failed !== undefined) return [name, way, '', '', '', '', '', '', `MISSED: ${failed}`];
  const { trained, compared, gradient, first, last, rate, checker = '', difference } = finding;
  const missed = misses(finding);
  return [
    name,
    way,
    `${compared} of ${trained}`,
    short(gradient),
    `${first!.toPrecision(4)} → ${last!.toPrecision(4)}`,
    `${rate}`,
    whole.includes(checker) ? checker : 'no',
    short(difference),
    missed.length === 0 ? 'holds' : `MISSED: ${missed.join('; ')}`,
  ];
}

function short(value: number | undefined): string {
  return value === undefined ? '' : value.toExponential(1);
}
