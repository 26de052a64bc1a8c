import type { RunId } from '../../protocol/overview.js';
import type { Listener, Source } from '../source/source.js';

/** How soon a request that failed is repeated, ms: each time later. */
const firstRetry = 1_000;
const lastRetry = 30_000;

/**
 * Follows runs from where their files end now. The metrics of a run that cannot be read are not followed.
 * @param logOf the run whose console log is followed
 * @returns stops it
 */
export function followRuns(
  source: Pick<Source, 'curves' | 'follow'>,
  runs: readonly RunId[],
  logOf: RunId | null,
  listener: Listener,
): () => void {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;
  const start = (retry: number) => {
    // Without metrics, the answer says only how far each file reaches.
    const nothing = { axis: 'step', from: null, to: null, width: 1, logX: false, logY: false, smooth: 0 } as const;
    source.curves({ ...nothing, runs, metrics: [] }, controller.signal).then(
      ({ runs: known }) => {
        if (controller.signal.aborted || (known.length === 0 && logOf === null)) return;
        const [ids, cursors] = [known.map(({ run }) => run), known.map(({ cursor }) => cursor)];
        stop = source.follow({ runs: ids, cursors, table: false, log: logOf }, listener);
      },
      () => {
        if (controller.signal.aborted) return;
        timer = setTimeout(() => start(Math.min(2 * retry, lastRetry)), retry);
      },
    );
  };
  start(firstRetry);
  return () => {
    controller.abort();
    clearTimeout(timer);
    stop?.();
  };
}
