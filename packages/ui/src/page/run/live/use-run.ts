import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { LogEvent, StatusEvent } from '../../../protocol/live.js';
import type { RunId } from '../../../protocol/overview.js';
import type { RunView } from '../../../protocol/run-view.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import { useLiveFeed } from '../../chart/use-live-feed.js';
import { type Loaded, useLoad } from '../../parts/use-load.js';
import { useSource } from '../../source/use-source.js';
import { Announcer } from './announcer.js';
import { withStatus } from './with-status.js';

export interface LiveRun extends Loaded<RunView> {
  /** New values for charts. */
  readonly feed: LiveFeed;
  /** New text of the console log, while it is followed. */
  readonly log: Announcer<LogEvent>;
}

/** A run, up to date while it trains. One connection serves its state, its charts and its log. */
export function useRun(id: RunId, followsLog: boolean): LiveRun {
  const source = useSource();
  const loaded = useLoad(id, (signal) => source.run(id, signal));
  const status = useSignal<StatusEvent | undefined>(undefined);
  const log = useMemo(() => new Announcer<LogEvent>(), [id]);
  const feed = useLiveFeed([id], {
    logOf: followsLog ? id : null,
    log: (event) => log.announce(event),
    status(event) {
      status.value = event;
      if (event.changed) loaded.reload();
    },
  });
  const data = loaded.data === undefined ? undefined : withStatus(loaded.data, status.value);
  return { ...loaded, data, feed, log };
}
