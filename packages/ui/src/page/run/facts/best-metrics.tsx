import { formatCount, printableText } from '@forge-ml/core/text';
import type { RunView } from '../../../protocol/run-view.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Num } from '../../parts/number.js';
import { byQuality } from './metric-order.js';
import { Section } from './section.js';

/** The best value of each metric, its step, and the address that other commands understand. */
export function BestMetrics({ run: { label, metrics } }: { readonly run: RunView }) {
  const rows = metrics.filter(({ best }) => best !== null).sort(byQuality);
  if (rows.length === 0) return null;
  return (
    <Section title="Best">
      <table class="facts-table">
        <thead class="only-read">
          <tr>
            <th>Metric</th>
            <th>Value</th>
            <th>Step</th>
            <th>Address</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ address, best }) => (
            <tr key={address}>
              <th scope="row">{printableText(address)}</th>
              <td class="number">
                <Num value={best!.value} strong />
              </td>
              <td class="number muted">step {formatCount(best!.step)}</td>
              <td class="action">
                <CopyButton text={`${label} best:${address}`} what={`the address of the best ${address}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
