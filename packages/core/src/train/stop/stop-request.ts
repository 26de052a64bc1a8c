import { ForgeError } from '../../errors/forge-error.js';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** A request to stop, which every long phase of a run polls or listens to. */
export interface StopRequest {
  /** The signal that requested the stop; undefined before. */
  readonly signal: StopSignal | undefined;
  /** An error outside the run: the run saves a valid state if it has one, and ends as failed with this error. */
  readonly failure?: { readonly cause: unknown } | undefined;
  /**
   * Calls a listener once a stop is requested; immediately if it already was. Absent if the request can only be polled,
   * between steps and batches.
   * @returns removes the listener
   */
  onStop?(listener: () => void): () => void;
}

/** A stop request with methods to make it. */
export class StopSource implements StopRequest {
  readonly #listeners = new Set<() => void>();
  #signal: StopSignal | undefined;
  #failure: { readonly cause: unknown } | undefined;

  get signal(): StopSignal | undefined {
    return this.#signal;
  }

  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /** Requests a graceful stop. */
  stop(signal: StopSignal): void {
    this.#signal ??= signal;
    this.#notify();
  }

  /** Requests that the run end as failed. */
  fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.#notify();
  }

  onStop(listener: () => void): () => void {
    if (isStopRequested(this)) listener();
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

export function isStopRequested({ signal, failure }: StopRequest): boolean {
  return signal !== undefined || failure !== undefined;
}

/** The error that an interrupted phase throws: the failure outside it, or STOPPED. */
export function stopError({ signal, failure }: StopRequest): unknown {
  if (failure !== undefined) return failure.cause;
  return new ForgeError('STOPPED', `Stopped by ${signal}.`, { about: signal ?? 'stop' });
}

/** @throws `stopError` once a stop is requested */
export function throwIfStopped(stop: StopRequest): void {
  if (isStopRequested(stop)) throw stopError(stop);
}

/**
 * Waits for work until a stop is requested. The work may continue afterwards, but its outcome is ignored.
 * @throws the error of the work, or `stopError`
 */
export function unlessStopped<T>(stop: StopRequest, work: Promise<T>): Promise<T> {
  if (stop.onStop === undefined) return work;
  return new Promise((resolve, reject) => {
    const off = stop.onStop!(() => reject(stopError(stop)));
    work.then(resolve, reject).finally(off);
  });
}
