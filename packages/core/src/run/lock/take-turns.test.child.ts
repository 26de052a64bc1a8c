import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isForgeError } from '../../errors/forge-error.js';
import { currentProcess, isProcessAlive } from '../record/host-info.js';
import type { RunProcess } from '../record/run-record.js';
import { withResumeLock } from './resume-lock.js';

/**
 * Takes turns with others at a run until it had as many as it was told, then, where told so, dies in the middle of
 * the last. Prints `alone` or `not alone` for each turn. For the test of the lock.
 */
const [path, turns, dies] = [process.argv[2]!, Number(process.argv[3]), process.argv[4] === 'die'];
const marker = join(path, 'inside');
for (let had = 0; had < turns; ) {
  try {
    await withResumeLock({ path, experiment: 'mnist', number: 1 }, async () => {
      const other = whoIsInside();
      const alone = other === undefined || isProcessAlive(other) === false;
      process.stdout.write(alone ? 'alone\n' : `not alone: ${other.pid}\n`);
      writeFileSync(marker, JSON.stringify(currentProcess()));
      await delay(1);
      had++;
      if (had === turns && dies) process.kill(process.pid, 'SIGKILL');
      rmSync(marker, { force: true });
    });
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'RUN_LOCKED') throw error;
    await delay(Math.random() * 5);
  }
}

function whoIsInside(): RunProcess | undefined {
  try {
    return JSON.parse(readFileSync(marker, 'utf8')) as RunProcess;
  } catch {
    return undefined;
  }
}
