import { signal } from '@preact/signals';

const current = signal(Date.now());
let isTicking = false;

/** The time, renewed each half minute once a page shows relative times. */
export const now = {
  get value(): number {
    if (!isTicking) {
      isTicking = true;
      setInterval(() => {
        current.value = Date.now();
      }, 30_000);
    }
    return current.value;
  },
};
