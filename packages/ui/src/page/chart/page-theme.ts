import { signal } from '@preact/signals';

const current = signal(false);
let isFollowed = false;

/** Whether the page is dark. Drawings that read it are drawn again when the theme changes. */
export const isDark = {
  get value(): boolean {
    if (!isFollowed && typeof document !== 'undefined') {
      isFollowed = true;
      const root = document.documentElement;
      const read = () => {
        current.value = getComputedStyle(root).colorScheme === 'dark';
      };
      new MutationObserver(read).observe(root, { attributeFilter: ['data-theme'] });
      matchMedia('(prefers-color-scheme: dark)').addEventListener('change', read);
      read();
    }
    return current.value;
  },
};
