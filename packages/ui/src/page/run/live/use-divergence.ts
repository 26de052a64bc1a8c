import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Curve } from '../../../protocol/curves.js';
import type { RunView } from '../../../protocol/run-view.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import type { Source } from '../../source/source.js';
import { useSource } from '../../source/use-source.js';
import { type Divergence, firstNotFinite, firstNotFiniteIn } from './first-not-finite.js';

/** Metrics asked for at once: a request is bounded. */
const most = 200;

/** Where a run diverged, also while it trains; null if it has not. */
export function useDivergence({ id, metrics }: RunView, feed: LiveFeed): Divergence | null {
  const source = useSource();
  const found = useSignal<Divergence | null>(null);
  const addresses = metrics.filter(({ split }) => split !== 'system').map(({ address }) => address);
  useEffect(() => {
    const controller = new AbortController();
    const add = (divergence: Divergence | null) => {
      if (divergence === null || controller.signal.aborted) return;
      if (found.value === null || divergence.step < found.value.step) found.value = divergence;
    };
    allCurves(source, id, addresses, controller.signal).then(
      (curves) => add(firstNotFinite(curves)),
      // The plots say why curves cannot be read.
      () => undefined,
    );
    const stop = feed.listen((run, event) => {
      if (run === id && event !== 'restart') add(firstNotFiniteIn(event));
    });
    return () => {
      controller.abort();
      stop();
    };
  }, [source, id, feed, addresses.join()]);
  return found.value;
}

/** Of each metric one pixel: enough for where it is not finite first. */
async function allCurves(
  source: Source,
  id: string,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Curve[]> {
  const curves: Curve[] = [];
  const rest = {
    runs: [id],
    axis: 'step',
    from: null,
    to: null,
    width: 1,
    logX: false,
    logY: false,
    smooth: 0,
  } as const;
  for (let at = 0; at < addresses.length; at += most) {
    const answer = await source.curves({ ...rest, metrics: addresses.slice(at, at + most) }, signal);
    curves.push(...answer.curves);
  }
  return curves;
}
