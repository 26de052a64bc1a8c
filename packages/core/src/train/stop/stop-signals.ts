import { checkOptions } from '../../errors/check-options.js';
import { type StopRequest, type StopSignal, StopSource, unlessStopped } from './stop-request.js';

/** The exit status a shell gives a process that a signal ended. */
export const exitStatusOf: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

export interface StopOptions {
  /** Told of the signal that asks for an end. */
  readonly onRequest?: (signal: StopSignal) => void;
  /** Ends the process at once. By default it exits with the signal's status. */
  readonly onSecond?: (signal: StopSignal) => void;
  /** Whether a hang-up goes unheard, as `nohup` means it. By default where neither stdout nor stderr is a terminal. */
  readonly ignoreHangup?: boolean;
}

export interface ListeningStop extends StopRequest {
  /** Asks for an end as failed. */
  fail(cause: unknown): void;
  /**
   * Waits for work, but no longer than until an end is asked for.
   * @throws ForgeError STOPPED
   */
  waitFor<T>(work: Promise<T>): Promise<T>;
  /** Gives the signals back. */
  release(): void;
}

/**
 * The first SIGINT, SIGTERM or SIGHUP (a terminal that was closed) asks for an end in order; a second one ends the
 * process at once.
 * @returns the request to look at and listen to
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
    // Node has undone what nohup did; a listener that does nothing does it again.
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

/** Whether a person sees this process's output: a run whose output goes to files is meant to outlive its terminal. */
export function hasTerminal(): boolean {
  return process.stdout.isTTY === true || process.stderr.isTTY === true;
}
