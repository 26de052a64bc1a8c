import { once } from 'node:events';
import { constants } from 'node:os';
import { createInterface } from 'node:readline/promises';

/** Whether there is a person to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks on stderr, which `--json` leaves to people. Only `y` and `yes` count; the end of the input is no. Ctrl-C is no as
 * well, and gives the process the exit status of an interrupted one, so that a shell does not run what follows `&&`.
 */
export async function confirm(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  reader.once('SIGINT', () => {
    process.exitCode = 128 + constants.signals.SIGINT;
    reader.close();
  });
  const closed = once(reader, 'close').then(() => '');
  try {
    const asked = reader.question(`${question} [y/N] `).catch(() => '');
    const answer = await Promise.race([asked, closed]);
    // The cursor is still behind the question.
    if (answer === '' && process.exitCode !== undefined) process.stderr.write('\n');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
