import { parseArgs } from 'node:util';
import { type Outcome, tableOf, writeDocument } from './document.js';
import { ideas } from './ideas.js';

/**
 * `npm run torture -- [NAME…] [--seed N] [--slice] [--write]`: the long versions; the tests run a slice of each. `--write`
 * puts the table into docs/torture.md.
 */
const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    slice: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !ideas.some((idea) => idea.name === name));
if (unknown !== undefined) {
  process.stderr.write(`There is no torture ${unknown}; there are ${ideas.map(({ name }) => name).join(', ')}.\n`);
  process.exit(2);
}
if (values.write && (values.slice || positionals.length > 0)) {
  process.stderr.write('--write is for a whole run: leave out --slice and names.\n');
  process.exit(2);
}
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const size = values.slice ? 'slice' : 'whole';
process.stdout.write(`seed ${seed}; --seed ${seed} tries the same again\n`);

const outcomes: Outcome[] = [];
for (const idea of ideas) {
  if (positionals.length > 0 && !positionals.includes(idea.name)) continue;
  const began = performance.now();
  const say = (text: string) => void process.stdout.write(`${idea.name}: ${text}\n`);
  const { measured, faults } = await idea.run({ seed, size, say });
  const seconds = Math.round((performance.now() - began) / 1000);
  for (const fault of faults) say(`FAULT ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  outcomes.push({ name: idea.name, bar: idea.bar, measured, faults: faults.length, seconds });
}
process.stdout.write(`\n${tableOf(outcomes)}\n\nseed ${seed}, Node ${process.versions.node}, ${process.platform}\n`);
if (values.write) writeDocument(outcomes, seed);
