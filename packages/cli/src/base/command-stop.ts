import { type ListeningStop, listenForStop } from '@forge-ml/core';
import { exitStatusOf } from '@forge-ml/core/cli';
import { ForgeError } from '@forge-ml/core/flags';
import { leavePlanned, onReaderGone } from '../process/guard-process.js';

/** Longer than any process runs; the longest delay of a timer in Node, ms. */
const forever = 2 ** 31 - 1;

/**
 * Stops a command in order. Signals are listened to from the first time that the command asks for the signal: a command
 * that never does is ended by them.
 */
export class CommandStop {
  private readonly controller = new AbortController();
  private stop: ListeningStop | undefined;
  private readonly ends: (() => void)[] = [];

  get signal(): AbortSignal {
    if (this.stop === undefined) this.listen();
    return this.controller.signal;
  }

  /**
   * The exit status of a command that ended with this error because it was stopped; undefined if that is not why. 0 if the
   * reader of its output is gone.
   */
  statusOf(error: unknown): number | undefined {
    const { aborted, reason } = this.controller.signal;
    if (!aborted || !causes(error).includes(reason)) return undefined;
    return this.stop?.signal === undefined ? 0 : exitStatusOf(this.stop.signal);
  }

  /** Why it was stopped, as an error for the user. */
  get reason(): Error {
    return this.controller.signal.reason as Error;
  }

  release(): void {
    for (const end of this.ends) end();
  }

  private listen(): void {
    const abort = (message: string) => this.controller.abort(new ForgeError('STOPPED', message, { about: 'signal' }));
    this.stop = listenForStop({
      onRequest: (signal) => abort(`Stopped by ${signal}.`),
      onSecond: (signal) => {
        leavePlanned();
        process.exit(exitStatusOf(signal));
      },
    });
    // A command may do nothing but wait for the signal, and listeners for signals do not keep a process running.
    const timer = setInterval(() => undefined, forever);
    this.ends.push(
      () => this.stop?.release(),
      () => clearInterval(timer),
      onReaderGone(() => abort('Stopped: nothing reads the output any more.')),
    );
  }
}

/** An error and its causes. */
function causes(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let at = error; at instanceof Error && !found.includes(at); at = at.cause) found.push(at);
  return found;
}
