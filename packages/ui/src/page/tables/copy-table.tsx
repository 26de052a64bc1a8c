import { useSignal } from '@preact/signals';
import { csvText, markdownText, type PlainTable } from './table-text.js';

const formats = [
  { name: 'CSV', textOf: csvText },
  { name: 'Markdown', textOf: markdownText },
] as const;

/** Copies a table as text. @param table made when it is copied */
export function CopyTable({ table }: { readonly table: () => PlainTable }) {
  const copied = useSignal('');
  const copy = async ({ name, textOf }: (typeof formats)[number]) => {
    await navigator.clipboard.writeText(textOf(table()));
    copied.value = name;
    setTimeout(() => {
      copied.value = '';
    }, 1_500);
  };
  return (
    <span class="section-end">
      {formats.map((format) => (
        <button key={format.name} type="button" class="copy" onClick={() => void copy(format)}>
          <span aria-live="polite">{copied.value === format.name ? 'copied' : `copy ${format.name}`}</span>
        </button>
      ))}
    </span>
  );
}
