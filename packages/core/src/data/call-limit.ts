import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from '../fs/fs-error.js';
import { isPromise } from './indexed.js';

/** Delays before retrying a call that ran out of file descriptors, ms. */
const delays = [5, 20, 50, 100, 200, 500, 1000, 2000];

/** Limits the concurrent calls of a function that may be asynchronous; other calls wait in order. */
export class CallLimit {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Calls the function, now or when an earlier call has ended. Retries a call that ran out of file descriptors (EMFILE,
   * ENFILE), so the function must return the same each time.
   */
  call<T>(fn: () => T | Promise<T>): T | Promise<T> {
    if (this.#running >= this.#most) return this.#wait(fn);
    this.#running++;
    return this.#start(fn);
  }

  async #wait<T>(fn: () => T | Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#start(fn);
  }

  #start<T>(fn: () => T | Promise<T>): T | Promise<T> {
    let result: T | Promise<T>;
    try {
      result = fn();
    } catch (error) {
      if (!isOutOfFiles(error)) {
        this.#end();
        throw error;
      }
      result = Promise.reject(error);
    }
    if (isPromise(result)) return retried(result, fn).finally(() => this.#end());
    this.#end();
    return result;
  }

  /** Starts the next call in the queue. */
  #end(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

async function retried<T>(first: Promise<T>, fn: () => T | Promise<T>): Promise<T> {
  let result = first;
  for (const pause of delays) {
    try {
      return await result;
    } catch (error) {
      if (!isOutOfFiles(error)) throw error;
    }
    await delay(pause);
    result = (async () => fn())();
  }
  return result;
}

function isOutOfFiles(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes(systemCode(error) ?? '');
}
