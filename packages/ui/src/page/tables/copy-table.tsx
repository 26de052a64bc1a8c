import { copiedText, useCopied } from '../parts/use-copied.js';
import { csvText, markdownText, type PlainTable } from './table-text.js';

const formats = [
  { name: 'CSV', textOf: csvText },
  { name: 'Markdown', textOf: markdownText },
] as const;

/** Copies a table as text. @param table made when it is copied */
export function CopyTable({ table }: { readonly table: () => PlainTable }) {
  const { last, copy } = useCopied();
  return (
    <span class="section-end">
      {formats.map(({ name, textOf }) => (
        <button key={name} type="button" class="copy" onClick={() => copy(textOf(table()), name)}>
          <span aria-live="polite">{last?.name === name ? copiedText(last) : `copy ${name}`}</span>
        </button>
      ))}
    </span>
  );
}
