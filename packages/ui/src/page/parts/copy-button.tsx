import { useSignal } from '@preact/signals';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who do not see it: `the command`. */
  readonly what: string;
  /** What the button shows. */
  readonly label?: string;
}

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, what, label = 'copy' }: CopyButtonProps) {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, 1_500);
  };
  return (
    <button
      type="button"
      class="copy"
      title={text}
      aria-label={label === 'copy' ? `copy ${what}` : `${label}: copy ${what}`}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{copied.value ? 'copied' : label}</span>
    </button>
  );
}
