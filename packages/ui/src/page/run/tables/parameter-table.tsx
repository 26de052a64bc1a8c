import { formatCount, printableText } from '@forge-ml/core/text';
import type { ParameterRow } from '../../../protocol/run-view.js';

/** The parameters of the model, with their total. */
export function ParameterTable({ parameters }: { readonly parameters: readonly ParameterRow[] }) {
  const total = parameters.reduce((sum, { count }) => sum + count, 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="scroll-x" tabIndex={0} aria-label="Parameters">
      <table class="data-table">
        <thead>
          <tr>
            <th>parameter</th>
            <th>shape</th>
            <th>type</th>
            <th class="number">count</th>
            <th class="number">share</th>
          </tr>
        </thead>
        <tbody>
          {parameters.map(({ name, shape, dtype, count }) => (
            <tr key={name}>
              <th scope="row">{printableText(name)}</th>
              <td>{shape.length === 0 ? 'scalar' : shape.join(' × ')}</td>
              <td class="muted">{printableText(dtype)}</td>
              <td class="number">{formatCount(count)}</td>
              <td class="number muted">{total === 0 ? '' : `${((100 * count) / total).toFixed(1)} %`}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              {parameters.length === 1 ? '1 parameter' : `${formatCount(parameters.length)} parameters`}
            </th>
            <td />
            <td />
            <td class="number">{formatCount(total)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
