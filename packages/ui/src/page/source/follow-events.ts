import type { Following, StatusEvent } from '../../protocol/live.js';
import { decodeJson } from '../../protocol/plain-json.js';
import type { Listener } from './source.js';
import { whileVisible } from './while-visible.js';

/** A server that refuses the connection is asked again after this time, ms. */
const retry = 3_000;

/**
 * Listens to the server's events while the page is visible: a browser has six connections to a server for all its tabs. It
 * continues after the last event that was received; the browser does the same when a connection is lost.
 * @returns closes the connection
 */
export function followEvents(following: Following, listener: Listener): () => void {
  let received = '';
  return whileVisible(document, (isLate) => {
    const heard = isLate ? { ...listener, status: eachChangedOnce(listener) } : listener;
    let events: EventSource;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      events = new EventSource(addressOf(following, received));
      for (const name of ['metrics', 'restart', 'status', 'table', 'log'] as const) {
        const receive = heard[name] as ((data: unknown) => void) | undefined;
        events.addEventListener(name, ({ data, lastEventId }) => {
          if (lastEventId !== '') received = lastEventId;
          receive?.(decodeJson(data as string));
        });
      }
      events.addEventListener('open', () => listener.connected?.(true));
      events.addEventListener('error', () => {
        listener.connected?.(false);
        if (events.readyState === EventSource.CLOSED) timer = setTimeout(connect, retry);
      });
    };
    connect();
    return () => {
      clearTimeout(timer);
      events.close();
    };
  });
}

function addressOf({ runs, cursors, table, log, logFrom }: Following, received: string): string {
  const query = new URLSearchParams();
  if (runs.length > 0) query.set('runs', runs.join(','));
  if (runs.length > 0) query.set('cursor', cursors.join(','));
  if (table) query.set('table', '1');
  if (log !== null) query.set('log', log);
  if (logFrom !== undefined) query.set('logFrom', String(logFrom));
  if (received !== '') query.set('received', received);
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
