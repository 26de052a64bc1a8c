import { ForgeError } from '../../errors/forge-error.js';

/** SIGINT, SIGTERM or SIGHUP; others where a launcher ends its jobs with them. */
export type StopSignal = NodeJS.Signals;

/** A request to stop a run, which every long phase of a run checks or listens to. */
export interface StopRequest {
  /** Why to stop: a signal's name, or the reason of an AbortSignal; undefined while no stop is requested. */
  readonly reason: string | undefined;
  /** The process signal that requested the stop, if it was one. */
  readonly signal: StopSignal | undefined;
  /** An error outside the run: the run saves its last valid state, and fails with it. */
  readonly failure?: { readonly cause: unknown } | undefined;
  /**
   * Calls a listener once a stop is requested, at once where it already is.
   * @returns removes the listener
   */
  onStop(listener: () => void): () => void;
}

/** A stop request made by calling it. */
export class StopSource implements StopRequest {
  readonly #listeners = new Set<() => void>();
  #reason: string | undefined;
  #signal: StopSignal | undefined;
  #failure: { readonly cause: unknown } | undefined;

  get reason(): string | undefined {
    return this.#reason;
  }

  get signal(): StopSignal | undefined {
    return this.#signal;
  }

  get failure(): { readonly cause: unknown } | undefined {
    return this.#failure;
  }

  /** Requests a stop because of a process signal. */
  stop(signal: StopSignal): void {
    if (this.#reason === undefined) this.#signal = signal;
    this.abort(signal);
  }

  /** Requests a stop for another reason. */
  abort(reason: string): void {
    this.#reason ??= reason;
    this.#notify();
  }

  /** Requests that the run stops and fails. */
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

/** A request that is never made. */
export const neverStop: StopRequest = { reason: undefined, signal: undefined, onStop: () => () => undefined };

export function isStopRequested({ reason, failure }: StopRequest): boolean {
  return reason !== undefined || failure !== undefined;
}

/** The error of a phase that a stop interrupted: the failure, or STOPPED. */
export function stopError({ reason, signal, failure }: StopRequest): unknown {
  if (failure !== undefined) return failure.cause;
  const message = signal === undefined ? `Stopped: ${reason}.` : `Stopped by ${signal}.`;
  return new ForgeError('STOPPED', message.replace(/\.\.$/, '.'), { about: signal ?? 'signal' });
}

/** @throws what `stopError` makes, once a stop is requested */
export function throwIfStopped(stop: StopRequest): void {
  if (isStopRequested(stop)) throw stopError(stop);
}

/**
 * Waits for work until a stop is requested: the result of the work is then ignored.
 * @throws what the work throws; what `stopError` makes
 */
export function unlessStopped<T>(stop: StopRequest, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const off = stop.onStop(() => reject(stopError(stop)));
    work.then(resolve, reject).finally(off);
  });
}
