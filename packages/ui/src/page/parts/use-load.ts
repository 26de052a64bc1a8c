import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { SourceError } from '../source/source.js';

/** Data that is loaded. What was shown before stays while new data is loaded: nothing jumps. */
export interface Loaded<T> {
  readonly data: T | undefined;
  readonly error: SourceError | undefined;
  /** Whether it takes longer than a person notices: then a skeleton or a note may be shown. */
  readonly isSlow: boolean;
  /** Loads it again. */
  readonly reload: () => void;
}

/** How long nothing is shown instead of a skeleton, ms. */
const patience = 150;

/**
 * Loads data for a component; an outdated request is aborted.
 * @param key what is loaded: a new one loads again
 */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const data = useSignal<T | undefined>(undefined);
  const error = useSignal<SourceError | undefined>(undefined);
  const isSlow = useSignal(false);
  const attempt = useSignal(0);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      isSlow.value = true;
    }, patience);
    const settle = () => {
      clearTimeout(timer);
      isSlow.value = false;
    };
    load(controller.signal).then(
      (loaded) => {
        if (controller.signal.aborted) return;
        settle();
        data.value = loaded;
        error.value = undefined;
      },
      (reason: unknown) => {
        if (controller.signal.aborted) return;
        settle();
        error.value = reason instanceof SourceError ? reason : new SourceError('UNKNOWN', String(reason));
      },
    );
    return () => {
      controller.abort();
      settle();
    };
  }, [key, attempt.value]);
  const reload = () => {
    attempt.value++;
  };
  return { data: data.value, error: error.value, isSlow: isSlow.value, reload };
}
