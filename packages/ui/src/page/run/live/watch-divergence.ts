import { type Curve, mostMetrics } from '../../../protocol/curves.js';
import type { RunId } from '../../../protocol/overview.js';
import type { LiveFeed } from '../../chart/live-feed.js';
import type { Source } from '../../source/source.js';
import { type Divergence, firstNotFinite, firstNotFiniteIn } from './first-not-finite.js';

/**
 * Tells where a run diverged: from its curves, and from what is heard while it trains. When a resume has cut the curves,
 * they are read again.
 * @param metrics addresses: `train.loss`
 * @param found called when that is known, and when it changes
 * @returns stops it
 */
export function watchDivergence(
  source: Pick<Source, 'curves'>,
  feed: LiveFeed,
  id: RunId,
  metrics: readonly string[],
  found: (divergence: Divergence | null) => void,
): () => void {
  let first: Divergence | null = null;
  let controller: AbortController;
  const add = (divergence: Divergence | null) => {
    if (divergence !== null && (first === null || divergence.step < first.step)) first = divergence;
    found(first);
  };
  const read = () => {
    controller = new AbortController();
    const { signal } = controller;
    allCurves(source, id, metrics, signal).then(
      (curves) => signal.aborted || add(firstNotFinite(curves)),
      // The plots say why curves cannot be read.
      () => undefined,
    );
  };
  read();
  const stop = feed.listen((run, event) => {
    if (run !== id) return;
    if (event !== 'restart') {
      const divergence = firstNotFiniteIn(event);
      if (divergence !== null) add(divergence);
      return;
    }
    controller.abort();
    first = null;
    found(null);
    read();
  });
  return () => {
    controller.abort();
    stop();
  };
}

/** Of each metric one pixel: enough for where it is not finite first. */
async function allCurves(
  source: Pick<Source, 'curves'>,
  id: RunId,
  metrics: readonly string[],
  signal: AbortSignal,
): Promise<Curve[]> {
  const curves: Curve[] = [];
  const whole = { axis: 'step', from: null, to: null, width: 1, logX: false, logY: false, smooth: 0 } as const;
  for (let at = 0; at < metrics.length; at += mostMetrics) {
    const part = metrics.slice(at, at + mostMetrics);
    const answer = await source.curves({ ...whole, runs: [id], metrics: part }, signal);
    curves.push(...answer.curves);
  }
  return curves;
}
