import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isForgeError } from '../../errors/forge-error.js';
import { currentProcess, isProcessAlive } from '../record/host-info.js';
import type { RunProcess } from '../record/run-record.js';
import { withResumeLock } from './resume-lock.js';

/**
 * Takes a given number of turns at a run and, if requested, kills itself during the last one. Prints `alone` or
 * `not alone` for each turn. For the test of the lock.
 */
const [path, turns, dies] = [process.argv[2]!, Number(process.argv[3]), process.argv[4] === 'die'];
const marker = join(path, 'inside');
for (let done = 0; done < turns; ) {
  try {
    await withResumeLock({ path, experiment: 'mnist', number: 1 }, async () => {
      const other = otherProcess();
      const alone = other === undefined || isProcessAlive(other) === false;
      process.stdout.write(alone ? 'alone\n' : `not alone: ${other.pid}\n`);
      writeFileSync(marker, JSON.stringify(currentProcess()));
      await delay(1);
      done++;
      if (done === turns && dies) process.kill(process.pid, 'SIGKILL');
      rmSync(marker, { force: true });
    });
  } catch (error) {
    if (!isForgeError(error) || error.code !== 'RUN_LOCKED') throw error;
    await delay(Math.random() * 5);
  }
}

function otherProcess(): RunProcess | undefined {
  try {
    return JSON.parse(readFileSync(marker, 'utf8')) as RunProcess;
  } catch {
    return undefined;
  }
}
