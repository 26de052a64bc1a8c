import type { TableRow } from '../../protocol/table.js';

/** What is open over the list. */
export type ListDialog =
  | undefined
  | { readonly kind: 'columns' | 'trash' }
  | { readonly kind: 'edit'; readonly row: TableRow };
