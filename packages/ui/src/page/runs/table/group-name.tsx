import { printableText } from '@forge-ml/core/text';
import type { TableGroup } from '../../../protocol/table.js';
import { shortText } from '../../parts/cell-text.js';

/** The name of a group. Of a configuration what differs from the others, without digits that were computed. */
export function GroupName({ title, flags }: Pick<TableGroup, 'title' | 'flags'>) {
  if (flags.length === 0) return <>{printableText(title)}</>;
  return (
    <>
      {flags.map(({ name, value }) => (
        <span key={name} class="group-flag">
          {printableText(name)} <b>{value === null ? 'none' : shortText(value)}</b>
        </span>
      ))}
    </>
  );
}

/** About how many letters it has. */
export function groupNameLength({ title, flags }: Pick<TableGroup, 'title' | 'flags'>): number {
  if (flags.length === 0) return title.length;
  return flags.reduce((sum, { name, value }) => sum + name.length + shortText(value ?? 'none').length + 2, 0);
}
