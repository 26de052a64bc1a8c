import { printableText } from '@forge-ml/core/text';
import { useMemo } from 'preact/hooks';
import type { ComparisonView } from '../../protocol/comparison.js';
import type { RunId } from '../../protocol/overview.js';
import { location, setQuery } from '../address/location.js';
import { sharedCursor } from '../chart/shared-cursor.js';
import { useLiveFeed } from '../chart/use-live-feed.js';
import { parseScales } from '../figures/axis-scales.js';
import { parseBrushes } from '../figures/brushes.js';
import { ErrorProblem } from '../parts/error-problem.js';
import { runHref } from '../parts/hrefs.js';
import { Link } from '../parts/link.js';
import { useLoad } from '../parts/use-load.js';
import { readSettings } from '../run/curves/curve-settings.js';
import { CurveToolbar } from '../run/curves/curve-toolbar.js';
import { useSource } from '../source/use-source.js';
import { chosenMetric, compareModel } from './choices/compare-model.js';
import { MetricChooser } from './choices/metric-chooser.js';
import { Toggle } from './choices/toggle.js';
import { CodeDiff } from './code/code-diff.js';
import { CompareChart } from './curves/compare-chart.js';
import { FlagFigures } from './flags/flag-figures.js';
import { parallelOf, runsWithin } from './flags/flag-plots.js';
import { Legend } from './legend/legend.js';
import { bestFirst } from './table/compared-columns.js';
import { ComparedTable } from './table/compared-table.js';

/** Several runs beside each other. Everything that a person chooses is in the address. */
export function CompareView({ runs }: { readonly runs: readonly RunId[] }) {
  const source = useSource();
  const { data, error, isSlow, reload } = useLoad(runs.join(','), (signal) => source.compare(runs, signal));
  if (error !== undefined && data === undefined) return <ErrorProblem error={error} />;
  if (data === undefined) return isSlow ? <p class="muted">Reading {runs.length} runs…</p> : null;
  return (
    <>
      <FailedRuns view={data} />
      {data.runs.length > 0 && <Comparison view={data} reload={reload} />}
    </>
  );
}

function Comparison({ view, reload }: { readonly view: ComparisonView; readonly reload: () => void }) {
  const { query } = location.value;
  const cursor = useMemo(sharedCursor, []);
  const running = view.runs.filter(({ status }) => status === 'running').map(({ id }) => id);
  const feed = useLiveFeed(running, {
    status: ({ changed, status }) => {
      if (changed || status !== 'running') reload();
    },
  });
  const metric = useMemo(() => chosenMetric(view, query), [view, query]);
  const axes = query.get('axes');
  const chosenScales = query.get('scales');
  const scales = useMemo(() => parseScales(chosenScales), [chosenScales]);
  const parallel = useMemo(
    () => (metric === undefined ? undefined : parallelOf(view, metric, axes?.split(',') ?? [], scales)),
    [view, metric, axes, scales],
  );
  const brushes = useMemo(() => parseBrushes(query.get('ranges')), [query]);
  const model = useMemo(
    () => compareModel(view, query, runsWithin(view, parallel, brushes)),
    [view, query, parallel, brushes],
  );
  const order = useMemo(() => bestFirst(model), [model]);
  const settings = readSettings(query);
  const { chosenPlots } = model;
  const hasValues = query.get('values') === '1';
  return (
    <>
      {chosenPlots.length === 0 ? (
        <p class="muted">These runs logged no metrics.</p>
      ) : (
        <section aria-label="Curves">
          <div class="compare-toolbar">
            <MetricChooser model={model} />
            <CurveToolbar hasFilter={false} />
            <Toggle
              title="table of values"
              isOn={hasValues}
              onChange={(isOn) => setQuery({ values: isOn ? '1' : null }, true)}
            />
            {model.hasRepeats && (
              <Toggle
                title="group seeds"
                isOn={model.isGrouped}
                onChange={(isOn) => setQuery({ group: isOn ? 'seed' : null, seeds: null }, true)}
              />
            )}
          </div>
          <div class="compare-curves">
            <div class="compare-charts">
              {chosenPlots.map((plot) => (
                <CompareChart
                  key={plot.key}
                  height={300}
                  hasValues={hasValues}
                  {...{ model, plot, settings, cursor, feed }}
                />
              ))}
            </div>
            <Legend model={model} cursor={cursor} />
          </div>
        </section>
      )}
      <ComparedTable model={model} cursor={cursor} query={query} />
      {metric !== undefined && parallel !== undefined && view.runs.length > 2 && (
        <FlagFigures {...{ model, metric, parallel, brushes, scales, cursor, query }} />
      )}
      {view.runs.length > 1 && <CodeDiff view={view} order={order} query={query} />}
    </>
  );
}

function FailedRuns({ view: { failed } }: { readonly view: ComparisonView }) {
  if (failed.length === 0) return null;
  return (
    <div class="problem">
      <p>{failed.length === 1 ? 'A run cannot be read:' : `${failed.length} runs cannot be read:`}</p>
      <ul>
        {failed.map(({ run, message }) => (
          <li key={run}>
            <Link href={runHref(run)}>{printableText(run)}</Link> {printableText(message)}
          </li>
        ))}
      </ul>
    </div>
  );
}
