import { constants } from 'node:os';
import { checkOptions } from '../../errors/check-options.js';
import { type StopRequest, type StopSignal, StopSource, unlessStopped } from './stop-request.js';

/** The signals that stop a run. */
export const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The exit status of a process that a signal ended, as in a shell. */
export function exitStatusOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

export interface StopOptions {
  /** Called with the signal that requests the stop. */
  readonly onRequest?: (signal: StopSignal) => void;
  /** Called for a second signal, to end the process at once. Default: exit with the signal's status. */
  readonly onSecond?: (signal: StopSignal) => void;
  /** Ignore SIGHUP, as under `nohup`. Default: where neither stdout nor stderr is a terminal. */
  readonly ignoreHangup?: boolean;
}

export interface ListeningStop extends StopRequest, AsyncDisposable {
  /** Requests that the run stops and fails. */
  fail(cause: unknown): void;
  /**
   * Waits for work until a stop is requested.
   * @throws ForgeError STOPPED
   */
  waitFor<T>(work: Promise<T>): Promise<T>;
  /** Listens for more signals, with which a launcher announces the end of a job: SIGUSR2. */
  listenTo(signals: readonly StopSignal[]): void;
  /** Stops listening. */
  release(): void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP (the terminal was closed): the first requests a stop in order, a second one ends
 * the process at once.
 */
export function listenForStop(options: StopOptions = {}): ListeningStop {
  checkOptions(options, ['onRequest', 'onSecond', 'ignoreHangup'], { of: 'listenForStop(options)' });
  const {
    onRequest = () => undefined,
    onSecond = (signal) => process.exit(exitStatusOf(signal)),
    ignoreHangup = !hasTerminal(),
  } = options;
  const source = new StopSource();
  const listener = (name: NodeJS.Signals) => {
    const signal = name as StopSignal;
    // Node resets the disposition that nohup set; a listener that does nothing restores it.
    if (signal === 'SIGHUP' && ignoreHangup) return;
    if (source.signal !== undefined) return onSecond(signal);
    source.stop(signal);
    onRequest(signal);
  };
  const heard = new Set<StopSignal>();
  const listenTo = (signals: readonly StopSignal[]) => {
    for (const signal of signals) {
      if (!heard.has(signal)) process.on(signal, listener);
      heard.add(signal);
    }
  };
  listenTo(stopSignals);
  const release = () => {
    for (const signal of heard) process.off(signal, listener);
  };
  return Object.assign(source, {
    waitFor: <T>(work: Promise<T>) => unlessStopped(source, work),
    listenTo,
    release,
    [Symbol.asyncDispose]: async () => release(),
  });
}

/** Whether this process has a terminal: a run whose output goes to files is meant to outlive its terminal. */
export function hasTerminal(): boolean {
  return process.stdout.isTTY === true || process.stderr.isTTY === true;
}
