import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Curves, CurvesRequest } from '../../protocol/curves.js';
import { SourceError } from '../source/source.js';
import { useSource } from '../source/use-source.js';
import { CurvesOwner } from './curves-owner.js';
import type { LiveFeed } from './live-feed.js';

export interface ShownCurves {
  /** What was shown before stays until the new curves are there; undefined before the first. */
  readonly curves: Curves | undefined;
  readonly error: SourceError | undefined;
  /** Whether the first curves take longer than a person notices: then a skeleton or a note may be shown. */
  readonly isSlow: boolean;
}

/** How long nothing is shown instead of a skeleton, ms. */
const patience = 150;

/**
 * The curves of a chart: asked for again when the request changes, and longer with what the feed hears.
 * @param request with a width of 0, nothing is asked for yet: the chart tells its width
 */
export function useCurves(request: CurvesRequest, feed?: LiveFeed): ShownCurves {
  const source = useSource();
  const curves = useSignal<Curves | undefined>(undefined);
  const error = useSignal<SourceError | undefined>(undefined);
  const isSlow = useSignal(false);
  const owner = useRef<CurvesOwner>(undefined);
  useEffect(() => {
    let frame: number | undefined;
    let newest: Curves | undefined;
    const draw = () => {
      frame = undefined;
      curves.value = newest;
    };
    owner.current = new CurvesOwner(source, feed, {
      // Several events before the next picture are one change.
      shown: (shown) => {
        newest = shown;
        error.value = undefined;
        frame ??= requestAnimationFrame(draw);
      },
      failed: (reason) => {
        error.value = reason instanceof SourceError ? reason : new SourceError('UNKNOWN', String(reason));
      },
    });
    return () => {
      owner.current?.close();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [source, feed]);
  useEffect(() => {
    if (request.width > 0) owner.current!.want(request);
  }, [source, feed, JSON.stringify(request)]);
  useEffect(() => {
    const timer = setTimeout(() => {
      isSlow.value = true;
    }, patience);
    return () => clearTimeout(timer);
  }, []);
  const isWaiting = curves.value === undefined && error.value === undefined;
  return { curves: curves.value, error: error.value, isSlow: isWaiting && isSlow.value };
}
