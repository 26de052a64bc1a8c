import type { Following } from '../../protocol/live.js';
import { decodeJson } from '../../protocol/plain-json.js';
import type { Listener } from './source.js';

/**
 * Listens to the server's events. The browser reconnects by itself, with the id of the last event, which says what was
 * received already.
 * @returns closes the connection
 */
export function followEvents({ runs, cursors, table, log, logFrom }: Following, listener: Listener): () => void {
  const query = new URLSearchParams();
  if (runs.length > 0) query.set('runs', runs.join(','));
  if (runs.length > 0) query.set('cursor', cursors.join(','));
  if (table) query.set('table', '1');
  if (log !== null) query.set('log', log);
  if (logFrom !== undefined) query.set('logFrom', String(logFrom));
  const events = new EventSource(`/api/events?${query}`);
  for (const name of ['metrics', 'restart', 'status', 'table', 'log'] as const) {
    const receive = listener[name] as ((data: unknown) => void) | undefined;
    if (receive !== undefined) events.addEventListener(name, ({ data }) => receive(decodeJson(data as string)));
  }
  events.addEventListener('open', () => listener.connected?.(true));
  events.addEventListener('error', () => listener.connected?.(false));
  return () => events.close();
}
