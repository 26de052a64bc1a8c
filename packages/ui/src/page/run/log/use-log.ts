import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LogEvent } from '../../../protocol/live.js';
import type { RunId } from '../../../protocol/overview.js';
import type { LogChunk } from '../../../protocol/run-view.js';
import { type Source, SourceError } from '../../source/source.js';
import { useSource } from '../../source/use-source.js';
import type { Announcer } from '../live/announcer.js';
import { hasOlder, type LogText, startOfLog, withNewer, withOlder } from './log-text.js';

/** Bytes shown at first, and loaded at a time: what the server sends at most. */
const first = 64 << 10;
const more = 256 << 10;

export interface Log {
  readonly log: LogText | undefined;
  readonly error: SourceError | undefined;
  readonly loadOlder: () => void;
}

/** The console log of a run, from its end, while it grows. */
export function useLog(id: RunId, events: Announcer<LogEvent>): Log {
  const source = useSource();
  const log = useSignal<LogText | undefined>(undefined);
  const error = useSignal<SourceError | undefined>(undefined);
  const isLoadingOlder = useSignal(false);
  const failed = (reason: unknown) => {
    error.value = reason instanceof SourceError ? reason : new SourceError('UNKNOWN', String(reason));
  };
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let isReading = false;
    /** Reads what is between the end of what is known and the end of the log. */
    const catchUp = async () => {
      if (isReading) return;
      isReading = true;
      try {
        log.value ??= startOfLog(await source.log(id, -first, signal));
        let chunk: LogChunk;
        do {
          chunk = await source.log(id, log.value.to, signal);
          log.value = withNewer(log.value, chunk) ?? startOfLog(chunk);
        } while (chunk.to < chunk.size && chunk.to > chunk.from);
      } catch (reason) {
        if (!signal.aborted) failed(reason);
      } finally {
        isReading = false;
      }
    };
    void catchUp();
    const stop = events.listen((event) => {
      const longer = log.value === undefined || isReading ? undefined : withNewer(log.value, event);
      if (longer === undefined) void catchUp();
      else log.value = longer;
    });
    return () => {
      controller.abort();
      stop();
    };
  }, [source, id, events]);
  const loadOlder = () => {
    const known = log.value;
    if (known === undefined || !hasOlder(known) || isLoadingOlder.value) return;
    isLoadingOlder.value = true;
    readBefore(source, id, known.from)
      .then((part) => {
        log.value = withOlder(log.value!, part);
      }, failed)
      .finally(() => {
        isLoadingOlder.value = false;
      });
  };
  return { log: log.value, error: error.value, loadOlder };
}

/** The text before a byte, in as many parts as the source answers it. */
async function readBefore(source: Source, id: RunId, end: number): Promise<LogChunk> {
  let part = await source.log(id, Math.max(0, end - more));
  while (part.to < end) {
    const next = await source.log(id, part.to);
    if (next.to === next.from) break;
    part = { ...next, text: part.text + next.text, from: part.from };
  }
  return part;
}
