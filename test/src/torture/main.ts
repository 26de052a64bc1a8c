import { parseArgs } from 'node:util';
import { type Outcome, tableOf, writeDocument } from './document.js';
import { scenarios } from './scenarios.js';

/**
 * `npm run torture -- [NAME…] [--seed N] [--slice] [--write]`: runs the whole scenarios, of which the tests run a slice.
 * `--write` writes the table to docs/torture.md.
 */
const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    slice: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const unknown = positionals.find((name) => !scenarios.some((scenario) => scenario.name === name));
if (unknown !== undefined) {
  process.stderr.write(
    `There is no scenario ${unknown}. Available: ${scenarios.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}
if (values.write && (values.slice || positionals.length > 0)) {
  process.stderr.write('--write requires a whole run: omit --slice and names.\n');
  process.exit(2);
}
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const size = values.slice ? 'slice' : 'whole';
process.stdout.write(`seed ${seed}; --seed ${seed} repeats this run\n`);

const outcomes: Outcome[] = [];
for (const scenario of scenarios) {
  if (positionals.length > 0 && !positionals.includes(scenario.name)) continue;
  const began = performance.now();
  const say = (text: string) => void process.stdout.write(`${scenario.name}: ${text}\n`);
  const { measured, faults } = await scenario.run({ seed, size, say });
  const seconds = Math.round((performance.now() - began) / 1000);
  for (const fault of faults) say(`FAULT ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
  outcomes.push({ name: scenario.name, bar: scenario.bar, measured, faults: faults.length, seconds });
}
process.stdout.write(`\n${tableOf(outcomes)}\n\nseed ${seed}, Node ${process.versions.node}, ${process.platform}\n`);
if (values.write) writeDocument(outcomes, seed);
