import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';

/** The backend whose code is called, as messages name it. */
export interface Party {
  /** The backend's name, e.g. `numeric`. */
  readonly backend: string;
  /** Its package with the version; null for a backend that a script passed in. */
  readonly package: string | null;
  /** The engine, if one was started. */
  readonly engine?: string;
}

/** `the engine cpu of the backend numeric (forge-backend-numeric 1.0.0)` */
export function labelOfParty({ backend, package: from, engine }: Party): string {
  const name = `the backend ${backend}${from === null ? '' : ` (${from})`}`;
  return engine === undefined ? name : `the engine ${engine} of ${name}`;
}

/** The error for a backend that violates the port. @param fault e.g. `returned null from start, not an engine` */
export function backendFault(party: Party, fault: string): ForgeError {
  const about = party.package?.split(' ')[0] ?? party.backend;
  return new ForgeError('BACKEND_INVALID', `${capital(labelOfParty(party))} ${fault}.`, {
    about: party.backend,
    hint: `This is a bug in the backend: install another version of ${about}, or report it to its author.`,
  });
}

/**
 * Wraps an error of a backend, to name the backend; a ForgeError is returned unchanged.
 * @param doing e.g. `in step 5`, `to start`
 */
export function engineFailure(party: Party, doing: string, error: unknown): unknown {
  if (isForgeError(error)) return error;
  return new ForgeError('ENGINE_UNUSABLE', `${capital(labelOfParty(party))} failed ${doing}: ${messageOf(error)}`, {
    about: party.engine ?? party.backend,
    cause: error,
  });
}

/** Calls a backend; wraps its errors, to name the backend. */
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

/** Checks the result of a call, or of its promise. */
export function checkResult<T>(result: T | Promise<T>, check: (value: T) => T): T | Promise<T> {
  return isPromiseLike(result) ? result.then(check) : check(result);
}

/** Any thenable: engines and plugins may have their own promises. */
export function isPromiseLike<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | null | undefined)?.then === 'function';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
