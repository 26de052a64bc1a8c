import { printableText } from '@forge-ml/core/text';
import { useRef } from 'preact/hooks';
import type { ComparedMetric, ImportanceView } from '../../../protocol/comparison.js';
import { useFrame } from '../../chart/use-frame.js';
import { ImportanceBars } from '../../figures/importance-bars.js';
import { ErrorProblem } from '../../parts/error-problem.js';
import { useLoad } from '../../parts/use-load.js';
import { useSource } from '../../source/use-source.js';
import type { CompareModel } from '../choices/compare-model.js';

interface ImportanceProps {
  readonly model: CompareModel;
  readonly metric: ComparedMetric;
}

/** How much each flag explains of the metric, over the runs of the comparison; computed when a person is near it. */
export function Importance(props: ImportanceProps) {
  const place = useRef<HTMLDivElement>(null);
  const { size } = useFrame(place);
  return (
    <div ref={place} class="importance">
      {size !== undefined && <LoadedImportance {...props} />}
    </div>
  );
}

function LoadedImportance({ model: { view }, metric: { address } }: ImportanceProps) {
  const source = useSource();
  const runs = view.runs.map(({ id }) => id);
  const { data, error } = useLoad(`${address} ${runs.join(',')}`, (signal) => source.importance(runs, address, signal));
  if (error !== undefined) return <ErrorProblem error={error} />;
  return data === undefined ? null : <Bars view={data} />;
}

function Bars({ view: { metric, flags, nothing } }: { readonly view: ImportanceView }) {
  return <ImportanceBars title={`Importance for ${printableText(metric)}`} {...{ flags, nothing }} />;
}
