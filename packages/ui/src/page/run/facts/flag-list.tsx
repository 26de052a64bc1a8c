import { printableText } from '@forge-ml/core/text';
import type { RunFlag } from '../../../protocol/run-view.js';
import { exactText } from '../../parts/cell-text.js';
import { Section } from './section.js';

/** Flags that are not default first; the others on demand. */
export function FlagList({ flags }: { readonly flags: readonly RunFlag[] }) {
  if (flags.length === 0) return null;
  const chosen = flags.filter(({ isDefault }) => !isDefault);
  const others = flags.filter(({ isDefault }) => isDefault);
  return (
    <Section title="Flags">
      {chosen.length === 0 ? <p class="muted">All flags are default.</p> : <FlagTable flags={chosen} />}
      {others.length > 0 && (
        <details>
          <summary>{others.length} default</summary>
          <FlagTable flags={others} />
        </details>
      )}
    </Section>
  );
}

function FlagTable({ flags }: { readonly flags: readonly RunFlag[] }) {
  return (
    <table class="facts-table">
      <thead class="only-read">
        <tr>
          <th>Flag</th>
          <th>Value</th>
          <th>Source</th>
        </tr>
      </thead>
      <tbody>
        {flags.map(({ name, value, source }) => (
          <tr key={name}>
            <th scope="row">{printableText(name)}</th>
            <td class="value">{value === null ? <span class="muted">none</span> : exactText(value)}</td>
            <td class="muted source">{source}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
