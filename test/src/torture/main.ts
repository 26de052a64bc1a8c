import { parseArgs } from 'node:util';
import { ideas } from './ideas.js';

/** `npm run torture -- [NAME…] [--seed N] [--slice]`: the long versions; the tests run a slice of each. */
const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, slice: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !ideas.some((idea) => idea.name === name));
if (unknown !== undefined) {
  process.stderr.write(`There is no torture ${unknown}; there are ${ideas.map(({ name }) => name).join(', ')}.\n`);
  process.exit(2);
}
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const size = values.slice ? 'slice' : 'whole';
process.stdout.write(`seed ${seed}; --seed ${seed} tries the same again\n`);

const rows: string[] = [];
for (const idea of ideas) {
  if (positionals.length > 0 && !positionals.includes(idea.name)) continue;
  const began = performance.now();
  const say = (text: string) => void process.stdout.write(`${idea.name}: ${text}\n`);
  const { measured, faults } = await idea.run({ seed, size, say });
  const seconds = Math.round((performance.now() - began) / 1000);
  for (const fault of faults) say(`FAULT ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  rows.push(`| ${idea.name} | ${idea.bar} | ${measured} | ${faults.length} | ${seconds} s |`);
}
process.stdout.write(`\n| torture | must hold | tried | faults | time |\n| --- | --- | --- | --- | --- |\n`);
process.stdout.write(`${rows.join('\n')}\n\nseed ${seed}, Node ${process.versions.node}, ${process.platform}\n`);
