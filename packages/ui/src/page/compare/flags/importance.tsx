import { printableText } from '@forge-ml/core/text';
import type { ComparedMetric } from '../../../protocol/comparison.js';
import { ImportanceBars } from '../../figures/importance-bars.js';
import { ErrorProblem } from '../../parts/error-problem.js';
import { useLoad } from '../../parts/use-load.js';
import { useSource } from '../../source/use-source.js';
import type { CompareModel } from '../choices/compare-model.js';

/** How much each flag explains of the metric, over the runs of the comparison. */
export function Importance({ model, metric }: { readonly model: CompareModel; readonly metric: ComparedMetric }) {
  const source = useSource();
  const runs = model.view.runs.map(({ id }) => id);
  const { address } = metric;
  const { data, error } = useLoad(`${address} ${runs.join(',')}`, (signal) => source.importance(runs, address, signal));
  if (error !== undefined) return <ErrorProblem error={error} />;
  if (data === undefined) return <div />;
  return (
    <ImportanceBars title={`Importance for ${printableText(data.metric)}`} flags={data.flags} nothing={data.nothing} />
  );
}
