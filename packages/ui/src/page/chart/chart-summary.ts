import { formatNumber } from '@forge-ml/core/text';
import type { StyledCurve } from './styled-curves.js';

/** More runs are counted only. */
const mostRuns = 20;

/** A chart in words, for readers who do not see it: the last and the best value of each curve. */
export function chartSummary(title: string, curves: readonly StyledCurve[]): string {
  const lines = curves.slice(0, mostRuns).map(({ curve: { last, best }, label }) => {
    const lastText = last === null ? 'no values' : `last ${formatNumber(last.value)} at step ${last.step}`;
    return `${label}: ${lastText}${best === null ? '' : `, best ${formatNumber(best.value)} at step ${best.step}`}.`;
  });
  const count = `${title}, ${curves.length} ${curves.length === 1 ? 'curve' : 'curves'}.`;
  const rest = curves.length > mostRuns ? [`${curves.length - mostRuns} more.`] : [];
  return [count, ...lines, ...rest].join(' ');
}
