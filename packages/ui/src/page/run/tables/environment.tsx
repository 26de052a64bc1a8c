import { printableText } from '@forge-ml/core/text';
import type { FactGroup } from '../../../protocol/run-view.js';
import { exactText } from '../../parts/cell-text.js';

/** What a run was trained with and on, in groups. */
export function Environment({ groups }: { readonly groups: readonly FactGroup[] }) {
  return (
    <div class="environment">
      {groups.map(({ title, facts }) => (
        <section key={title}>
          <h2>{printableText(title)}</h2>
          <dl class="facts">
            {facts.map(({ name, value }) => (
              <div key={name}>
                <dt>{printableText(name)}</dt>
                <dd>{value === null ? <span class="muted">none</span> : exactText(value)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
