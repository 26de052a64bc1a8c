import { formatNumber } from '@forge-ml/core/text';

/** A number with four significant digits; exact under the pointer and when it is copied. */
export function Num({ value, strong = false }: { readonly value: number; readonly strong?: boolean }) {
  const exact = String(value);
  const copy = (event: ClipboardEvent) => {
    // Only where nothing else is selected with it.
    if (getSelection()?.toString().trim() !== formatNumber(value)) return;
    event.clipboardData?.setData('text/plain', exact);
    event.preventDefault();
  };
  return (
    <span class={strong ? 'num strong' : 'num'} title={exact} onCopy={copy}>
      {formatNumber(value)}
    </span>
  );
}
