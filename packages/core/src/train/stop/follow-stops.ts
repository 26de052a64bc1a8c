import { ForgeError } from '../../errors/forge-error.js';
import { isStopRequested, type StopRequest, StopSource } from './stop-request.js';

/** The ways to ask for a stop. */
export interface StopInputs {
  /** Aborting it stops the run in order, as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
  /** What `listenForStop` returns. */
  readonly stop?: StopRequest | undefined;
}

/** A request that is made once one of the others is. */
export type FollowedStops = StopSource & {
  /** Removes the listeners from the others. */
  release(): void;
};

/**
 * Joins an AbortSignal and a stop request into one request, with one listener on each.
 * @param of what takes the options, for messages
 * @throws ForgeError USAGE for objects that are no AbortSignal and no stop request
 */
export function followStops({ signal, stop }: StopInputs, of: string): FollowedStops {
  const source = new StopSource();
  if (signal !== undefined && !isAbortSignal(signal)) {
    throw new ForgeError('USAGE', `The option signal of ${of} is not an AbortSignal.`, {
      about: 'signal',
      hint: 'Pass the `signal` of an AbortController.',
    });
  }
  if (stop !== undefined && typeof (stop as Partial<StopRequest> | null)?.onStop !== 'function') {
    throw new ForgeError('USAGE', `The option stop of ${of} is not what listenForStop returns.`, {
      about: 'stop',
      hint: 'Pass an AbortSignal as `signal`, or what listenForStop() returns as `stop`.',
    });
  }
  const off = stop?.onStop(() => {
    if (stop.failure !== undefined) source.fail(stop.failure.cause);
    else if (stop.signal !== undefined) source.stop(stop.signal);
    else if (isStopRequested(stop)) source.abort(stop.reason!);
  });
  const onAbort = () => source.abort(reasonOf(signal!));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort);
  return Object.assign(source, {
    release() {
      off?.();
      signal?.removeEventListener('abort', onAbort);
    },
  });
}

function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener } = value as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}

/** The reason that was given to `abort`, as text: `aborted` where none was. */
function reasonOf({ reason }: AbortSignal): string {
  if (typeof reason === 'string' && reason !== '') return reason;
  if (!(reason instanceof Error) || reason.name === 'AbortError') return 'aborted';
  return reason.message || 'aborted';
}
