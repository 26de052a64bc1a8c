import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Curves, CurvesRequest } from '../../protocol/curves.js';
import { SourceError } from '../source/source.js';
import { useSource } from '../source/use-source.js';
import type { LiveFeed } from './live-feed.js';

export interface ShownCurves {
  /** What was shown before stays until the new curves are there; undefined before the first. */
  readonly curves: Curves | undefined;
  readonly error: SourceError | undefined;
  /** Whether the first curves take longer than a person notices. */
  readonly isSlow: boolean;
}

/**
 * The curves of a chart: asked for again when the request changes, and longer with every event of the feed.
 * @param request with a width of 0, nothing is asked for yet: the chart tells its width
 */
export function useCurves(request: CurvesRequest, feed?: LiveFeed): ShownCurves {
  const source = useSource();
  const curves = useSignal<Curves | undefined>(undefined);
  const error = useSignal<SourceError | undefined>(undefined);
  const key = JSON.stringify(request);
  useEffect(() => {
    if (request.width === 0) return;
    const controller = new AbortController();
    source.curves(request, controller.signal).then(
      (answer) => {
        if (controller.signal.aborted) return;
        curves.value = answer;
        error.value = undefined;
      },
      (reason: unknown) => {
        if (controller.signal.aborted) return;
        error.value = reason instanceof SourceError ? reason : new SourceError('UNKNOWN', String(reason));
      },
    );
    return () => controller.abort();
  }, [source, key, feed]);
  return { curves: curves.value, error: error.value, isSlow: false };
}
