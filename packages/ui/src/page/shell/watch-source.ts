import { signal } from '@preact/signals';
import type { Overview } from '../../protocol/overview.js';
import type { Source } from '../source/source.js';

/** How many runs there are, and how many train; undefined before the first answer. */
export const counts = signal<{ readonly total: number; readonly running: number } | undefined>(undefined);

/** Whether the server can be reached, as far as the page knows. */
export const isConnected = signal(true);

/** A source that tells the header what passes through it. */
export function watchSource(source: Source): Source {
  let overview: Promise<Overview> | undefined;
  return {
    ...source,
    /** It does not change: the first answer is kept. */
    async overview() {
      overview ??= source.overview();
      try {
        return await overview;
      } catch (error) {
        overview = undefined;
        throw error;
      }
    },
    async table(query, abort) {
      const answer = await source.table(query, abort);
      counts.value = { total: answer.total, running: answer.running };
      return answer;
    },
    follow(following, listener) {
      const stop = source.follow(following, {
        ...listener,
        connected(is) {
          isConnected.value = is;
          listener.connected?.(is);
        },
        ...(listener.table === undefined
          ? {}
          : {
              table(event) {
                counts.value = { total: event.total, running: event.running };
                listener.table!(event);
              },
            }),
      });
      return () => {
        isConnected.value = true;
        stop();
      };
    },
  };
}
