import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { holds, type Row } from './benchmark.js';

const file = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/** Writes docs/benchmarks.md: what was measured, on what, and how to measure it again. */
export function writeDocument(results: Readonly<Record<string, readonly Row[]>>): void {
  const rows = Object.entries(results).flatMap(([name, measured]) => measured.map((row) => tableRow(name, row)));
  const processor = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  writeFileSync(
    file,
    `# Benchmarks

Each figure was measured beside its reference in one run, the two taking turns, so that a drift of the machine's speed meets both. Figures are medians; trust the ratios more than the milliseconds. This page is written by

\`\`\`
npm run bench -- --write
\`\`\`

Last measured on ${processor}, Node ${process.versions.node}, ${process.platform}-${process.arch}.

| benchmark | what | figure | bar | measured |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
  );
}

function tableRow(name: string, row: Row): string {
  const bar = row.bar === undefined ? '' : `${row.bar.relation} ${row.bar.value}${holds(row) ? '' : ' (missed)'}`;
  return `| ${name} | ${row.what} | ${row.value.toPrecision(3)} ${row.unit} | ${bar} | ${row.detail} |`;
}
