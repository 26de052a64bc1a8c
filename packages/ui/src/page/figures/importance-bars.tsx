import { formatNumber, printableText } from '@forge-ml/core/text';
import { barsFigure, makeBars } from '@forge-ml/plot';
import { FigureFrame } from './figure-frame.js';

interface ImportanceBarsProps {
  readonly title: string;
  readonly flags: readonly { readonly name: string; readonly importance: number }[];
  /** Why there is none. */
  readonly nothing: string | null;
}

const most = 12;

/** How much each flag explains of a metric, the most important first. */
export function ImportanceBars({ title, flags, nothing }: ImportanceBarsProps) {
  const sorted = [...flags].sort((a, b) => b.importance - a.importance);
  const largest = sorted[0]?.importance ?? 1;
  const bars = () =>
    makeBars(
      sorted.map(({ name, importance }) => ({ name, value: importance })),
      title,
    );
  return (
    <FigureFrame title={title} height={96} save={(inches) => barsFigure(bars(), inches)}>
      {() =>
        nothing !== null || sorted.length === 0 ? (
          <p class="muted">{printableText(nothing ?? 'Too few trials have a value.')}</p>
        ) : (
          <table class="bars">
            <tbody>
              {sorted.slice(0, most).map(({ name, importance }) => (
                <tr key={name}>
                  <th scope="row" title={printableText(name)}>
                    {printableText(name)}
                  </th>
                  <td class="bar-cell">
                    <span class="bar" style={{ width: `${(100 * importance) / (largest || 1)}%` }} />
                  </td>
                  <td class="number">{formatNumber(importance)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      }
    </FigureFrame>
  );
}
