import { useSignal } from '@preact/signals';

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 1_500);
  };
  return (
    <button type="button" class="copy" title={text} aria-label={`Copy ${what}`} onClick={() => void copy()}>
      <span aria-live="polite">{copied.value ? 'copied' : 'copy'}</span>
    </button>
  );
}
