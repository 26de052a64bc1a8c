import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../fs/atomic-file.js';

/**
 * Writes a run's `run.json`, or another file, repeatedly, as a live process does, with a clock that is off by some
 * milliseconds. For the tests of taking over a run or a sweep.
 */
const [folder, text, offset, every] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4]), 50];
const file = join(folder, process.argv[5] ?? 'run.json');
async function beat(): Promise<void> {
  await writeFileAtomic(file, text);
  const time = (Date.now() + offset) / 1000;
  utimesSync(file, time, time);
  setTimeout(() => void beat(), every);
}
writeFileSync(file, text);
await beat();
process.stdout.write('beating\n');
