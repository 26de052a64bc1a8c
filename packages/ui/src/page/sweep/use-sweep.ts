import { useEffect } from 'preact/hooks';
import type { SweepId } from '../../protocol/overview.js';
import { useLoad } from '../parts/use-load.js';
import { useSource } from '../source/use-source.js';

/** A sweep is read again this long after its runs have changed, ms: several changes are one. */
const calm = 3_000;

/** A sweep, read again while its trials train. */
export function useSweep(id: SweepId) {
  const source = useSource();
  const loaded = useLoad(id, (signal) => source.sweep(id, signal));
  const isRunning = loaded.data?.status === 'running';
  const { reload } = loaded;
  useEffect(() => {
    if (!isRunning) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, calm);
    };
    const stop = source.follow({ runs: [], cursors: [], table: true, log: null }, { table: soon });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [source, id, isRunning]);
  return loaded;
}
