import { useEffect, useMemo } from 'preact/hooks';
import type { RunId } from '../../protocol/overview.js';
import type { Listener } from '../source/source.js';
import { useSource } from '../source/use-source.js';
import { followRuns } from './follow-runs.js';
import { LiveFeed } from './live-feed.js';

/** What a page hears besides metrics, from the same connection. */
export interface Heard extends Pick<Listener, 'status' | 'log' | 'connected'> {
  /** The run whose console log is followed. */
  readonly logOf?: RunId | null;
}

/**
 * Follows runs by one connection for all charts of a page, as long as the component is shown.
 * @param heard its functions may be new ones each time; another `logOf` connects again
 */
export function useLiveFeed(runs: readonly RunId[], heard: Heard = {}): LiveFeed {
  const source = useSource();
  const key = runs.join(',');
  const feed = useMemo(() => new LiveFeed(), [key]);
  const latest = useMemo(() => ({ heard }), []);
  latest.heard = heard;
  const logOf = heard.logOf ?? null;
  useEffect(() => {
    if (runs.length === 0 && logOf === null) return;
    return followRuns(source, runs, logOf, {
      metrics: (event) => feed.metrics(event),
      restart: ({ run }) => feed.restart(run),
      status: (event) => latest.heard.status?.(event),
      log: (event) => latest.heard.log?.(event),
      connected: (isConnected) => latest.heard.connected?.(isConnected),
    });
  }, [source, key, logOf]);
  return feed;
}
