import type { Following, StatusEvent } from '../../protocol/live.js';
import { decodeJson } from '../../protocol/plain-json.js';
import type { Listener } from './source.js';
import { takeStream } from './take-stream.js';
import { whileVisible } from './while-visible.js';

/** A server that refuses the connection is asked again after this time, ms. */
const retry = 3_000;
/** A page that has no stream of its own is connected for a moment, ms, again after a pause. */
const moment = 700;
const pause = 4_000;

/**
 * Listens to the server's events while the page is visible: a browser has six connections to a server for all its windows. It
 * continues after the last event that was received; the browser does the same when a connection is lost.
 * @returns closes the connection
 */
export function followEvents(following: Following, listener: Listener): () => void {
  let received: string | undefined;
  return whileVisible(document, (isLate) => {
    if (isLate) received ??= '';
    let release: (() => void) | undefined;
    let events: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isClosed = false;
    const after = (ms: number, next: () => void) => {
      clearTimeout(timer);
      timer = setTimeout(next, ms);
    };
    const start = async () => {
      release = await takeStream(navigator.locks);
      if (isClosed) release?.();
      else connect();
    };
    const connect = () => {
      const hasStream = release !== undefined;
      const heard = received === undefined ? listener : { ...listener, status: eachChangedOnce(listener) };
      const source = new EventSource(addressOf(following, received));
      events = source;
      for (const name of ['metrics', 'restart', 'status', 'table', 'log'] as const) {
        const receive = heard[name] as ((data: unknown) => void) | undefined;
        source.addEventListener(name, ({ data, lastEventId }) => {
          if (lastEventId !== '') received = lastEventId;
          receive?.(decodeJson(data as string));
        });
      }
      source.addEventListener('open', () => {
        listener.connected?.(true);
        if (!hasStream) after(moment, rest);
      });
      source.addEventListener('error', () => {
        listener.connected?.(false);
        if (source.readyState === EventSource.CLOSED) after(retry, connect);
      });
    };
    const rest = () => {
      events?.close();
      received ??= '';
      after(pause, () => void start());
    };
    void start();
    return () => {
      isClosed = true;
      clearTimeout(timer);
      events?.close();
      release?.();
    };
  });
}

function addressOf({ runs, cursors, table, log, logFrom }: Following, received: string | undefined): string {
  const query = new URLSearchParams();
  if (runs.length > 0) query.set('runs', runs.join(','));
  if (runs.length > 0) query.set('cursor', cursors.join(','));
  if (table) query.set('table', '1');
  if (log !== null) query.set('log', log);
  if (logFrom !== undefined) query.set('logFrom', String(logFrom));
  if (received !== undefined) query.set('received', received);
  return `/api/events?${query}`;
}

/** The first status of each run counts as a change: the server cannot know what the page has missed. */
function eachChangedOnce({ status }: Listener): (event: StatusEvent) => void {
  const known = new Set<string>();
  return (event) => {
    status?.(known.has(event.run) ? event : { ...event, changed: true });
    known.add(event.run);
  };
}
