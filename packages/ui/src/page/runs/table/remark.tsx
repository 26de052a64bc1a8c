import { printableText } from '@forge-ml/core/text';

interface RemarkProps {
  readonly text: string;
  readonly class: string;
  /** Whether the Tab key reaches it: only in the row of the cursor, not in each of thousands. */
  readonly isReachable: boolean;
}

/** A text that is cut to its column, and whole under the pointer or with the focus. */
export function Remark({ text, class: name, isReachable }: RemarkProps) {
  const shown = printableText(text);
  return (
    <span class={`remark ${name}`} tabIndex={isReachable ? 0 : -1}>
      <span class="remark-cut">{shown}</span>
      <span class="remark-whole" aria-hidden="true">
        {shown}
      </span>
    </span>
  );
}
