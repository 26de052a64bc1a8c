import { exactText, measuredText, shortText } from '../parts/cell-text.js';
import type { DisplayColumn } from './columns/display-columns.js';

/** What all listed runs have in common, instead of a column for each. */
export function SameLine({ columns }: { readonly columns: readonly DisplayColumn[] }) {
  const parts = columns.filter(({ equal }) => equal !== null);
  if (parts.length === 0) return null;
  return (
    <p class="same-line">
      <span class="muted">same in all:</span>
      {parts.map(({ name, title, isMetric, equal = null }) => (
        <span key={name} title={`${name} ${exactText(equal)}`}>
          <span class="muted">{title}</span> {isMetric ? measuredText(equal) : shortText(equal)}
        </span>
      ))}
    </p>
  );
}
