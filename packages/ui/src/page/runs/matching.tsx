import { formatCount } from '@forge-ml/core/text';
import type { TableView } from './table/table-data.js';

/** How many runs or groups there are below. */
export function Matching({ view }: { readonly view: TableView | undefined }) {
  if (view === undefined) return null;
  const { query, head } = view;
  const { matching, total } = head;
  const count = formatCount(matching);
  const ofAll = query.where.trim() === '' ? '' : `${count} of ${formatCount(total)} match`;
  const groups = `${count} ${matching === 1 ? query.group : `${query.group}s`}`;
  const text = query.group === null ? ofAll : groups;
  return (
    <p class="matching" aria-live="polite">
      {text}
    </p>
  );
}
