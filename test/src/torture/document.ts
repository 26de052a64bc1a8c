import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../../docs/torture.md', import.meta.url));

/** What came of one part of the torture. */
export interface Outcome {
  readonly name: string;
  readonly bar: string;
  readonly measured: string;
  readonly faults: number;
  readonly seconds: number;
}

export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ name, bar, measured, faults, seconds }) => {
    return `| ${name} | ${bar} | ${measured} | ${faults} | ${seconds} s |`;
  });
  return ['| part | must hold | tried | faults | time |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** Writes docs/torture.md: what was tried, and how to try the same again. */
export function writeDocument(outcomes: readonly Outcome[], seed: number): void {
  const minutes = Math.round(outcomes.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  writeFileSync(
    file,
    `# Torture

What [is promised of runs](safekeeping.md) is tried at length by SIGKILLs at random moments and in the middle of writes, flipped bits, cut files, disks that fail, crowds of processes and files that lie. The tests of every commit run a slice of each part. This page is written by

\`\`\`
npm run torture -- --write
\`\`\`

${tableOf(outcomes)}

Seed ${seed}: \`npm run torture -- --seed ${seed}\` makes the same choices again, and the name of a part tries that one alone. It took ${minutes} minutes with Node ${process.versions.node} on ${process.platform}-${process.arch}, ${availableParallelism()} cores.
`,
  );
}
