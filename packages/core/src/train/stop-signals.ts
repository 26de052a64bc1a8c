import { readFileSync } from 'node:fs';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The exit status a shell gives a process that a signal ended. */
export const exitStatusOf: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

export interface StopRequest {
  /** The signal that asked for an end, once one has. */
  readonly signal: StopSignal | undefined;
}

/**
 * The first SIGINT, SIGTERM or SIGHUP (a terminal that was closed) asks the loop to finish its step, save and stop; a second one ends the process at once.
 * @returns the request to look at between steps, and `release`, which gives the signals back.
 */
export function listenForStop(onRequest: (signal: StopSignal) => void = () => {}): StopRequest & { release(): void } {
  const request: { signal: StopSignal | undefined } = { signal: undefined };
  const listener = (signal: NodeJS.Signals) => {
    const stop = signal as StopSignal;
    if (request.signal !== undefined) process.exit(exitStatusOf[stop]);
    request.signal = stop;
    onRequest(stop);
  };
  const signals = (Object.keys(exitStatusOf) as StopSignal[]).filter(
    (signal) => signal !== 'SIGHUP' || !ignoresHangup(),
  );
  for (const signal of signals) process.on(signal, listener);
  return {
    get signal() {
      return request.signal;
    },
    release() {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}

/** Whether this process was started to outlive its terminal (nohup): a listener of ours would undo that. Linux. */
function ignoresHangup(): boolean {
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return ignored !== undefined && (BigInt(`0x${ignored}`) & 1n) === 1n;
  } catch {
    return false;
  }
}
