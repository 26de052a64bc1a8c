import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Whether there is a person to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks on stderr, which `--json` leaves to people. Only `y` and `yes` count; the end of the input, or Ctrl-C, is no. */
export async function confirm(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const closed = once(reader, 'close').then(() => '');
  try {
    const asked = reader.question(`${question} [y/N] `).catch(() => {
      process.stderr.write('\n');
      return '';
    });
    const answer = await Promise.race([asked, closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
