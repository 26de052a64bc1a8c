import type { MetricsEvent } from '../../protocol/live.js';
import type { RunId } from '../../protocol/overview.js';

type FeedListener = (run: RunId, event: MetricsEvent | 'restart') => void;

interface RunFeed {
  /** The byte from which on every event is kept. */
  start: number | undefined;
  events: MetricsEvent[];
}

/**
 * The newest events of the metrics of runs, kept for charts whose curves reach less far: each asks for the events after its
 * own cursor.
 */
export class LiveFeed {
  private readonly runs = new Map<RunId, RunFeed>();
  private readonly listeners = new Set<FeedListener>();

  /** @param kept how many events of a run are kept */
  constructor(private readonly kept = 256) {}

  metrics(event: MetricsEvent): void {
    const feed = this.feedOf(event.run);
    const isNext = feed.start !== undefined && event.from === (feed.events.at(-1)?.to ?? feed.start);
    if (!isNext) {
      feed.events = [];
      feed.start = event.from;
    }
    feed.events.push(event);
    if (feed.events.length > this.kept) feed.start = feed.events.shift()!.to;
    for (const listener of this.listeners) listener(event.run, event);
  }

  /** What was read of a run must be read again. */
  restart(run: RunId): void {
    this.runs.delete(run);
    for (const listener of this.listeners) listener(run, 'restart');
  }

  /** The events of a run after a byte, in order; undefined if some of them are not known any more. */
  since(run: RunId, cursor: number): readonly MetricsEvent[] | undefined {
    const { start, events } = this.feedOf(run);
    if (start === undefined) return [];
    if (cursor < start) return undefined;
    return events.filter(({ to }) => to > cursor);
  }

  /** @returns stops it */
  listen(listener: FeedListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private feedOf(run: RunId): RunFeed {
    const feed = this.runs.get(run) ?? { start: undefined, events: [] };
    this.runs.set(run, feed);
    return feed;
  }
}
