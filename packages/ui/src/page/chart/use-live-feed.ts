import { useEffect, useMemo } from 'preact/hooks';
import type { RunId } from '../../protocol/overview.js';
import type { Listener } from '../source/source.js';
import { useSource } from '../source/use-source.js';
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
    const controller = new AbortController();
    let stop: (() => void) | undefined;
    const start = (cursors: readonly number[]) => {
      if (controller.signal.aborted) return;
      stop = source.follow(
        { runs, cursors, table: false, log: logOf },
        {
          metrics: (event) => feed.metrics(event),
          restart: ({ run }) => feed.restart(run),
          status: (event) => latest.heard.status?.(event),
          log: (event) => latest.heard.log?.(event),
          connected: (isConnected) => latest.heard.connected?.(isConnected),
        },
      );
    };
    // Without metrics, the answer says only how far each file reaches.
    const request = {
      runs,
      metrics: [],
      axis: 'step',
      from: null,
      to: null,
      width: 1,
      logX: false,
      logY: false,
      smooth: 0,
    } as const;
    source.curves(request, controller.signal).then(
      ({ runs: known }) => start(runs.map((id) => known.find(({ run }) => run === id)?.cursor ?? 0)),
      () => undefined,
    );
    return () => {
      controller.abort();
      stop?.();
    };
  }, [source, key, logOf]);
  return feed;
}
