import { copiedText, useCopied } from './use-copied.js';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, for those who do not see it: `the command`. */
  readonly what: string;
  /** What the button shows. */
  readonly label?: string;
}

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, what, label = 'copy' }: CopyButtonProps) {
  const { last, copy } = useCopied();
  return (
    <button
      type="button"
      class="copy"
      title={text}
      aria-label={label === 'copy' ? `copy ${what}` : `${label}: copy ${what}`}
      onClick={() => copy(text)}
    >
      <span aria-live="polite">{last === null ? label : copiedText(last)}</span>
    </button>
  );
}
