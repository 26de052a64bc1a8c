import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isForgeError } from '@forge-ml/core';
import fc from 'fast-check';
import { fuzzTargets } from './fuzz-targets.js';
import { peakMemory } from './peak-memory.js';

/** The most time that an input of some kilobytes may take, ms. */
const slow = 5000;

/** Fuzzes every target in turn, in a separate process, so that its parent notices a crash, a hang or full memory. */
const [seed, runs] = process.argv.slice(2).map(Number) as [number, number];
const folder = mkdtempSync(join(tmpdir(), 'forge-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

for (const { name, share, inputs, read } of await fuzzTargets(folder)) {
  let tried = 0;
  let refused = 0;
  const property = fc.asyncProperty(inputs, async (input) => {
    if (++tried % 200 === 0) process.send?.({ name, tried });
    const began = performance.now();
    try {
      await read(input);
    } catch (error) {
      if (!isForgeError(error)) throw error;
      refused++;
    }
    const took = performance.now() - began;
    if (took > slow) throw new Error(`it took ${Math.round(took)} ms`);
  });
  const details = await fc.check(property, { seed, numRuns: Math.ceil(runs * share), endOnFailure: false });
  const fault = details.failed ? `${fc.defaultReportMessage(details)}`.slice(0, 4000) : undefined;
  process.send?.({ name, tried, refused, fault });
}
process.send?.({ name: 'memory', megabytes: Math.round(peakMemory() / 2 ** 20) });
process.disconnect?.();
