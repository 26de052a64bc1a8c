import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RunView } from '../../../protocol/run-view.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import { useSource } from '../../source/use-source.js';
import type { Divergence } from './first-not-finite.js';
import { watchDivergence } from './watch-divergence.js';

/** Where a run diverged, also while it trains; null if it has not. */
export function useDivergence({ id, metrics }: RunView, feed: LiveFeed): Divergence | null {
  const source = useSource();
  const found = useSignal<Divergence | null>(null);
  const addresses = metrics.filter(({ split }) => split !== 'system').map(({ address }) => address);
  useEffect(
    () =>
      watchDivergence(source, feed, id, addresses, (divergence) => {
        found.value = divergence;
      }),
    [source, id, feed, addresses.join()],
  );
  return found.value;
}
