import { checkOptions } from '../../errors/check-options.js';
import { type StopRequest, type StopSignal, StopSource, unlessStopped } from './stop-request.js';

/** The exit status of a process that a signal ended, as in a shell. */
export const exitStatusOf: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

export interface StopOptions {
  /** Called with the signal that requests a stop. */
  readonly onRequest?: (signal: StopSignal) => void;
  /** Called on the second signal to end the process immediately. Default: exits with the signal's status. */
  readonly onSecond?: (signal: StopSignal) => void;
  /** Whether to ignore SIGHUP, as `nohup` intends. Default: true if neither stdout nor stderr is a terminal. */
  readonly ignoreHangup?: boolean;
}

export interface ListeningStop extends StopRequest {
  /** Requests that the run end as failed. */
  fail(cause: unknown): void;
  /**
   * Waits for work until a stop is requested.
   * @throws ForgeError STOPPED
   */
  waitFor<T>(work: Promise<T>): Promise<T>;
  /** Stops listening to signals. */
  release(): void;
}

/**
 * Listens to SIGINT, SIGTERM and SIGHUP (a closed terminal). The first signal requests a graceful stop; a second one ends
 * the process immediately.
 * @returns the stop request
 */
export function listenForStop(options: StopOptions = {}): ListeningStop {
  checkOptions(options, ['onRequest', 'onSecond', 'ignoreHangup'], { of: 'listenForStop(options)' });
  const {
    onRequest = () => undefined,
    onSecond = (signal) => process.exit(exitStatusOf[signal]),
    ignoreHangup = !hasTerminal(),
  } = options;
  const source = new StopSource();
  const listener = (name: NodeJS.Signals) => {
    const signal = name as StopSignal;
    // Node resets the SIGHUP handling that nohup has set; a listener that does nothing ignores the signal again.
    if (signal === 'SIGHUP' && ignoreHangup) return;
    if (source.signal !== undefined) return onSecond(signal);
    source.stop(signal);
    onRequest(signal);
  };
  const signals = Object.keys(exitStatusOf) as StopSignal[];
  for (const signal of signals) process.on(signal, listener);
  return Object.assign(source, {
    waitFor: <T>(work: Promise<T>) => unlessStopped(source, work),
    release() {
      for (const signal of signals) process.off(signal, listener);
    },
  });
}

/** Whether stdout or stderr is a terminal: a run whose output goes to files should outlive its terminal. */
export function hasTerminal(): boolean {
  return process.stdout.isTTY === true || process.stderr.isTTY === true;
}
