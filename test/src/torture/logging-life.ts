import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoggingOrder } from './logging-process.js';

const child = fileURLToPath(new URL('./logging-process.js', import.meta.url));

/** A point that was logged, and when, in milliseconds since the Unix epoch. */
export interface LoggedPoint {
  readonly step: number;
  readonly time: number;
}

/** What a process that logged said, and when it was killed. */
export interface LoggingLife {
  /** The step it went on from; undefined where it never came to that. */
  readonly from: number | undefined;
  /** In the order they were logged; not every point is told of. */
  readonly logged: readonly LoggedPoint[];
  /** The last step it had saved; 0 for none. */
  readonly saved: number;
  /** Milliseconds since the Unix epoch; undefined where it came to its end. */
  readonly killedAt: number | undefined;
  /** All it said. */
  readonly said: string;
}

/** @param killAfter how long after its first point to kill it, ms; left out where it dies by itself */
export async function liveLogging(order: LoggingOrder, killAfter?: number): Promise<LoggingLife> {
  const logging = spawn(process.execPath, [child, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let killedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  logging.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  logging.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (killAfter === undefined) return;
    timer ??= setTimeout(() => {
      killedAt = Date.now();
      logging.kill('SIGKILL');
    }, killAfter);
  });
  const [, signal] = (await once(logging, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  const numbers = (pattern: RegExp) => [...said.matchAll(pattern)].map((match) => match.slice(1).map(Number));
  killedAt ??= numbers(/^dying (\d+)$/gm)[0]?.[0];
  return {
    from: numbers(/^from (\d+)$/gm)[0]?.[0],
    logged: numbers(/^logged (\d+) (\d+)$/gm).map(([step, time]) => ({ step: step!, time: time! })),
    saved: numbers(/^saved (\d+)$/gm).at(-1)?.[0] ?? 0,
    killedAt: signal === 'SIGKILL' ? killedAt : undefined,
    said,
  };
}
