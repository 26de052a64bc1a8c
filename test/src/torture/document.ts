import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../../docs/torture.md', import.meta.url));

/** The result of one part. */
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
  return ['| scenario | must hold | tested | faults | time |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** Writes docs/torture.md: the results, and the command to repeat the run. */
export function writeDocument(outcomes: readonly Outcome[], seed: number): void {
  const minutes = Math.round(outcomes.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  writeFileSync(
    file,
    `# Torture

See how Forge was tested against faults. \`npm run torture\` tests [what Forge promises for runs](safekeeping.md) with SIGKILLs at random moments and in the middle of writes, flipped bits, truncated files, failing disks, many processes at once and invalid files. The tests of every commit run a slice of each part. To run it and write this page:

\`\`\`
npm run torture -- --write
\`\`\`

${tableOf(outcomes)}

Seed ${seed}: \`npm run torture -- --seed ${seed}\` repeats the same choices; add the name of a part to run only that part. It took ${minutes} minutes with Node ${process.versions.node} on ${process.platform}-${process.arch}, ${availableParallelism()} cores.
`,
  );
}
