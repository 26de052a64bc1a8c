import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../fs/atomic-file.js';

/**
 * Writes a run's `run.json` repeatedly, as a live run does, with a clock that is off by some milliseconds. For the tests
 * of taking a run over.
 */
const [folder, text, offset, every] = [process.argv[2]!, process.argv[3]!, Number(process.argv[4]), 50];
const file = join(folder, 'run.json');
async function beat(): Promise<void> {
  await writeFileAtomic(file, text);
  const time = (Date.now() + offset) / 1000;
  utimesSync(file, time, time);
  setTimeout(() => void beat(), every);
}
writeFileSync(file, text);
await beat();
process.stdout.write('beating\n');
