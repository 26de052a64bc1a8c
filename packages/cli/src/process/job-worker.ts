import { once } from 'node:events';
import type { FromWorker, ToWorker } from '@forge-ml/core/cli';
import { ForgeError, isForgeError, messageOf } from '@forge-ml/core/flags';

/** How a worker does its jobs. */
export interface WorkerPort {
  /** Resolves when no more jobs are to be started. */
  readonly ended: Promise<void>;
  /** Does a job; an abort stops it in order. */
  run(
    place: { readonly file: string; readonly index: number },
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly result: unknown }>;
}

/**
 * Does the jobs that the parent process sends, one after the other, until the parent is gone or a signal ends it; then it
 * finishes the job it has started.
 * @throws ForgeError USAGE where the process has no parent to ask
 */
export async function serveJobs({ run, ended }: WorkerPort): Promise<void> {
  if (process.send === undefined) {
    throw new ForgeError('USAGE', '--worker needs a parent process that sends jobs.', {
      about: 'worker',
      hint: 'To do one job: forge job FILE INDEX',
    });
  }
  const asked = new Map<string, AbortController>();
  let work: Promise<void> = Promise.resolve();
  const answer = (message: FromWorker) => {
    // The parent may be gone: its controller reads the record.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  };
  const onMessage = (message: unknown) => {
    const asks = message as ToWorker;
    if ('cancel' in asks) return asked.get(asks.cancel)?.abort('cancelled');
    const { id, file, index } = asks;
    const stop = new AbortController();
    asked.set(id, stop);
    work = work.then(async () => {
      // The parent is gone: its other jobs are not started.
      if (!process.connected) return;
      try {
        answer({ id, ...(await run({ file, index }, stop.signal)) });
      } catch (error) {
        const code = isForgeError(error) ? error.code : null;
        answer({ id, status: 1, error: { code, message: messageOf(error) } });
      } finally {
        asked.delete(id);
      }
    });
  };
  process.on('message', onMessage);
  const gone = process.connected ? once(process, 'disconnect') : undefined;
  await Promise.race([gone, ended]);
  process.off('message', onMessage);
  await work;
  if (process.connected) process.disconnect();
}
