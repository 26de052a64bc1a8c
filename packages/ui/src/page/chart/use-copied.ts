import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** Copies texts, and keeps the copied one for a moment, to say so. */
export function useCopied(): { readonly text: string | null; readonly copy: (text: string) => void } {
  const copied = useSignal<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    copied.value = text;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      copied.value = null;
    }, 2_000);
  };
  return { text: copied.value, copy: (text) => void copy(text) };
}
