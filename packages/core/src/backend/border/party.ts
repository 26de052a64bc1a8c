import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';

/** Whose code is on the other side of the border, as messages name it. */
export interface Party {
  /** The backend's name, e.g. `numeric`. */
  readonly backend: string;
  /** The package it comes from with its version; null for one that a script handed over. */
  readonly package: string | null;
  /** The engine, once one has started. */
  readonly engine?: string;
}

/** `the engine cpu of the backend numeric (forge-backend-numeric 1.0.0)` */
export function labelOfParty({ backend, package: from, engine }: Party): string {
  const name = `the backend ${backend}${from === null ? '' : ` (${from})`}`;
  return engine === undefined ? name : `the engine ${engine} of ${name}`;
}

/** What a backend returned is not what the port says. @param fault e.g. `returned null from start, not an Engine` */
export function backendFault(party: Party, fault: string): ForgeError {
  const about = party.package?.split(' ')[0] ?? party.backend;
  return new ForgeError('BACKEND_INVALID', `${capital(labelOfParty(party))} ${fault}.`, {
    about: party.backend,
    hint: `This is a fault of the backend: install another version of ${about}, or report it to its author.`,
  });
}

/**
 * An error of a backend, with the one who threw it named; a ForgeError names its cause itself.
 * @param doing e.g. `in step 5`
 */
export function engineFailure(party: Party, doing: string, error: unknown): unknown {
  if (isForgeError(error)) return error;
  return new ForgeError('ENGINE_UNUSABLE', `${capital(labelOfParty(party))} failed ${doing}: ${messageOf(error)}`, {
    about: party.engine ?? party.backend,
    cause: error,
  });
}

/** Calls a backend, whose errors are then told as its own. */
export function callBackend<T>(party: Party, doing: string, call: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = call();
    if (!isPromiseLike(result)) return result;
    return Promise.resolve(result).catch((error: unknown) => {
      throw engineFailure(party, doing, error);
    });
  } catch (error) {
    throw engineFailure(party, doing, error);
  }
}

/** Looks at what a call returned, now or once it is there. */
export function look<T>(result: T | Promise<T>, check: (value: T) => T): T | Promise<T> {
  return isPromiseLike(result) ? result.then(check) : check(result);
}

/** A promise of whichever kind: engines and plugins may have one of their own. */
export function isPromiseLike<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | null | undefined)?.then === 'function';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
