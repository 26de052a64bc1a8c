import { useEffect, useState } from 'preact/hooks';
import { refusal } from '../source/http-source.js';
import { SourceError } from '../source/source.js';
import { isConnected } from './watch-source.js';

/** A moment without a connection is not worth a word. */
const patience = 1500;

/** A server that is started again may refuse the page, ms. */
const interval = 3_000;
const noEvents = new SourceError('NO_EVENTS', 'The dashboard does not tell what changes.', 'Reload the page.');

/** Says that the server does not answer, or what it answers instead; goes away when it does again. */
export function ConnectionNotice() {
  const [shown, show] = useState<SourceError | null>(null);
  const isLost = !isConnected.value;
  useEffect(() => {
    if (!isLost) return show(null);
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (wasServed: boolean) => {
      const reason = await refusal(controller.signal);
      if (controller.signal.aborted) return;
      // Events follow a moment after a server is back.
      if (reason !== null || wasServed) show(reason ?? noEvents);
      timer = setTimeout(() => void ask(reason === null), interval);
    };
    timer = setTimeout(() => void ask(false), patience);
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [isLost]);
  return (
    <div role="status">
      {shown !== null && (
        <p class="connection-notice">
          {[shown.message, shown.hint, 'What is shown may be old.'].filter((part) => part !== null).join(' ')}
        </p>
      )}
    </div>
  );
}
