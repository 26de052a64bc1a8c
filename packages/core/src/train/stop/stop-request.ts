import { ForgeError } from '../../errors/forge-error.js';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What every long phase of a run looks at, or listens to: the wish that it ends. */
export interface StopRequest {
  /** The signal that asked for an end, once one has. */
  readonly signal: StopSignal | undefined;
  /** What went wrong outside the run, once something has: the run saves what is sound, and ends as failed with it. */
  readonly failure?: { readonly cause: unknown } | undefined;
  /**
   * Calls a listener once an end is asked for, at once where it was already.
   * @returns takes the listener back. Absent where the request can only be looked at, between steps and batches.
   */
  onStop?(listener: () => void): () => void;
}

/** A stop request that is made by calling it. */
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

  /** Asks for an end in order. */
  stop(signal: StopSignal): void {
    this.#signal ??= signal;
    this.#tell();
  }

  /** Asks for an end as failed. */
  fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.#tell();
  }

  onStop(listener: () => void): () => void {
    if (isStopRequested(this)) listener();
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

export function isStopRequested({ signal, failure }: StopRequest): boolean {
  return signal !== undefined || failure !== undefined;
}

/** What a phase that was cut short throws: what went wrong outside it, or STOPPED. */
export function stopError({ signal, failure }: StopRequest): unknown {
  if (failure !== undefined) return failure.cause;
  return new ForgeError('STOPPED', `Stopped by ${signal}.`, { about: signal ?? 'stop' });
}

/** @throws what `stopError` makes, once an end is asked for */
export function throwIfStopped(stop: StopRequest): void {
  if (isStopRequested(stop)) throw stopError(stop);
}

/**
 * Waits for work, but no longer than until an end is asked for: what the work then still does goes unheard.
 * @throws what the work throws; what `stopError` makes
 */
export function unlessStopped<T>(stop: StopRequest, work: Promise<T>): Promise<T> {
  if (stop.onStop === undefined) return work;
  return new Promise((resolve, reject) => {
    const off = stop.onStop!(() => reject(stopError(stop)));
    work.then(resolve, reject).finally(off);
  });
}
