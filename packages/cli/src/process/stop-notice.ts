import { writeSync } from 'node:fs';

/**
 * Prints a notice if Ctrl-C or SIGTERM ends the work. The signal itself then ends the process, because an exit would wait
 * for threads in native code, forever if a model never ends.
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
