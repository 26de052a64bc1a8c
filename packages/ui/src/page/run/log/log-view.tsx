import { formatBytes } from '@forge-ml/core/text';
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { LogEvent } from '../../../protocol/live.js';
import type { RunView } from '../../../protocol/run-view.js';
import { Problem } from '../../parts/problem.js';
import type { Announcer } from '../live/announcer.js';
import { cleanLog } from './clean-log.js';
import { LogSearch } from './log-search.js';
import { hasOlder, type LogBlock } from './log-text.js';
import { useLog } from './use-log.js';

interface LogViewProps {
  readonly run: RunView;
  readonly events: Announcer<LogEvent>;
}

/** Pixels from an end of the log at which it is followed, and at which older text is loaded. */
const nearEnd = 24;
const nearStart = 400;

/** The console log: it follows its end until a person scrolls up, and loads older text as they come to it. */
export function LogView({ run, events }: LogViewProps) {
  const { log, error, loadOlder } = useLog(run.id, events);
  const frame = useRef<HTMLElement>(null);
  const follows = useSignal(true);
  /** Pixels below what is visible, which must stay when older text comes above. */
  const below = useRef(0);
  const blocks = log?.blocks ?? [];
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    if (follows.peek()) element.scrollTop = element.scrollHeight;
  }, [log?.to]);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null || follows.peek()) return;
    element.scrollTop = element.scrollHeight - below.current;
  }, [log?.from]);
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = frame.current!;
    below.current = scrollHeight - scrollTop;
    follows.value = below.current - clientHeight < nearEnd;
    if (scrollTop < nearStart) loadOlder();
  };
  const toEnd = () => {
    follows.value = true;
    frame.current!.scrollTop = frame.current!.scrollHeight;
  };
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  if (log === undefined) return null;
  if (log.size === 0) return <p class="muted run-empty">Nothing has been written to the console yet.</p>;
  return (
    <div class="log">
      <div class="log-toolbar">
        <LogSearch frame={frame} blocks={blocks} />
        <span class="muted">
          {formatBytes(log.to - log.from)} of {formatBytes(log.size)}
        </span>
        {hasOlder(log) && (
          <button type="button" class="plain-button" onClick={loadOlder}>
            Load older
          </button>
        )}
        <button type="button" class={follows.value ? 'plain-button invisible' : 'plain-button'} onClick={toEnd}>
          ↓ {run.status === 'running' ? 'Follow' : 'To the end'}
        </button>
      </div>
      <section
        class="log-frame"
        aria-label="Console log"
        ref={frame}
        onScroll={scrolled}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {blocks.map((block) => (
          <Block key={block.from} block={block} />
        ))}
      </section>
    </div>
  );
}

function Block({ block: { raw } }: { readonly block: LogBlock }) {
  const text = useMemo(() => cleanLog(raw), [raw]);
  return <pre>{text}</pre>;
}
