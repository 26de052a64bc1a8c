import { type StdioOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoggingOrder } from './logging-process.js';

const child = fileURLToPath(new URL('./logging-process.js', import.meta.url));

/** A logged point and its time, in milliseconds since the Unix epoch. */
export interface LoggedPoint {
  readonly step: number;
  readonly time: number;
}

/** What a logging process reported, and when it was killed. */
export interface LoggingLife {
  /** The step it started from; undefined if it never started. */
  readonly from: number | undefined;
  /** In order; not every point is reported. */
  readonly logged: readonly LoggedPoint[];
  /** The last step it had saved; 0 for none. */
  readonly saved: number;
  /** Milliseconds since the Unix epoch; undefined if it completed. */
  readonly killedAt: number | undefined;
  /** Its whole output. */
  readonly said: string;
}

/** @param killAfter when to kill it after its start, ms. Default: it crashes by itself */
export async function liveLogging(order: LoggingOrder, killAfter?: number): Promise<LoggingLife> {
  const output = join(order.directory, `output-${randomUUID()}.txt`);
  const file = await open(output, 'wx');
  let killedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const stdio: StdioOptions = ['ignore', file.fd, file.fd, 'ipc'];
    const logging = spawn(process.execPath, [child, JSON.stringify(order)], { stdio });
    logging.once('message', () => {
      if (killAfter === undefined) return;
      timer = setTimeout(() => {
        killedAt = Date.now();
        logging.kill('SIGKILL');
      }, killAfter);
    });
    await once(logging, 'close');
  } finally {
    clearTimeout(timer);
    await file.close();
  }
  const said = await readFile(output, 'utf8');
  const numbers = (pattern: RegExp) => [...said.matchAll(pattern)].map((match) => match.slice(1).map(Number));
  return {
    from: numbers(/^from (\d+)$/gm)[0]?.[0],
    logged: numbers(/^logged (\d+) (\d+)$/gm).map(([step, time]) => ({ step: step!, time: time! })),
    saved: numbers(/^saved (\d+)$/gm).at(-1)?.[0] ?? 0,
    killedAt: killedAt ?? numbers(/^crashing (\d+)$/gm)[0]?.[0],
    said,
  };
}
