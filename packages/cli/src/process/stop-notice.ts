import { writeSync } from 'node:fs';

/**
 * Says so where Ctrl-C or a termination signal ends some work. The process ends by the signal itself: an orderly exit
 * would wait for a thread that is busy in native code, for ever where a model never ends.
 */
export async function withStopNotice<T>(work: () => Promise<T>): Promise<T> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const listener = (signal: NodeJS.Signals) => {
    for (const name of signals) process.off(name, listener);
    writeSync(2, `Stopped by ${signal}: nothing was written.\n`);
    process.kill(process.pid, signal);
  };
  for (const name of signals) process.on(name, listener);
  try {
    return await work();
  } finally {
    for (const name of signals) process.off(name, listener);
  }
}
