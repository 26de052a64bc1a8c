import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RunView } from '../../../protocol/run-view.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import { heardMore, nothingHeard, withValues } from './heard-values.js';

/** A run as its newest values say. */
export function useValues(run: RunView, feed: LiveFeed): RunView {
  const heard = useSignal(nothingHeard);
  useEffect(() => {
    heard.value = nothingHeard;
    return feed.listen((id, event) => {
      if (id === run.id) heard.value = event === 'restart' ? nothingHeard : heardMore(heard.value, event);
    });
  }, [run.id, feed]);
  return withValues(run, heard.value);
}
