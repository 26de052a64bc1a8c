export type StopSignal = 'SIGINT' | 'SIGTERM';

/** The exit status a shell gives a process that a signal ended. */
export const exitStatusOf: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

export interface StopRequest {
  /** The signal that asked for an end, once one has. */
  readonly signal: StopSignal | undefined;
}

/**
 * The first SIGINT or SIGTERM asks the loop to finish its step, save and stop; a second one ends the process at once.
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
  const signals = Object.keys(exitStatusOf) as StopSignal[];
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
