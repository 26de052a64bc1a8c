import { printableText } from '@forge-ml/core/text';
import type { RunView } from '../../../protocol/run-view.js';
import { exactText } from '../../parts/cell-text.js';
import { Section } from './section.js';

/** Settings of an engine can be many. */
const most = 4;

/** What a run trains on. Everything else about its environment is in a tab. */
export function EngineFacts({ run }: { readonly run: RunView }) {
  const group = run.environment.find(({ title }) => title === 'Engine');
  if (group === undefined) return null;
  return (
    <Section title="Engine">
      <dl class="facts">
        {group.facts.slice(0, most).map(({ name, value }) => (
          <div key={name}>
            <dt>{printableText(name)}</dt>
            <dd>{exactText(value)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
