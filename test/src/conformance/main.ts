import { parseArgs } from 'node:util';
import { faults } from './faults/all.js';
import { faulty } from './faulty.js';
import { runSuite } from './run-suite.js';
import { subjects } from './subjects.js';
import { tableOfFaults } from './table-of-faults.js';
import { type Trial, tryFaults } from './try-faults.js';

/**
 * `npm run faults -- [GROUP…] [--engine NAME…] [--every N]`: runs the conformance suite on backends with one deliberate
 * fault each. Prints which test found which fault on which engine, and how many were found.
 */
const { values, positionals } = parseArgs({
  options: { engine: { type: 'string', multiple: true }, every: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const unknown = [
  ...positionals.filter((group) => !(group in faults)),
  ...(values.engine ?? []).filter((engine) => !subjects.some(({ name }) => name === engine)),
];
if (unknown.length > 0) {
  const groups = Object.keys(faults).join('", "');
  const engines = subjects.map(({ name }) => name).join('", "');
  process.stderr.write(`There is no "${unknown[0]}". Groups: "${groups}"; engines: "${engines}".\n`);
  process.exit(2);
}
const began = performance.now();
// A test that fails without a fault would find every fault.
for (const subject of subjects.filter(({ name }) => values.engine?.includes(name) ?? true)) {
  const { passed, failed: failures, slow } = await runSuite(faulty(subject, { name: 'no fault', caughtBy: /./ }));
  const failed = [...failures, ...slow];
  process.stdout.write(`${subject.name} without a fault: ${passed} tests passed, ${failed.length} failed\n`);
  for (const title of failed) process.stdout.write(`FAILED ${title}\n`);
  if (failed.length > 0) process.exitCode = 1;
}
const trials: Trial[] = [];
for await (const trial of tryFaults({
  every: Number(values.every),
  ...(positionals.length > 0 && { groups: positionals }),
  ...(values.engine && { engines: values.engine }),
})) {
  trials.push(trial);
}
process.stdout.write(`${tableOfFaults(trials)}\n${Math.round((performance.now() - began) / 1000)} s\n`);
if (trials.some(({ caughtBy, impossible }) => !impossible && caughtBy === undefined)) process.exitCode = 1;
