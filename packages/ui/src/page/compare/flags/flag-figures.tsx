import { printableText } from '@forge-ml/core/text';
import { type Parallel, parallelFigure, scatterFigure } from '@forge-ml/plot';
import { useMemo } from 'preact/hooks';
import type { ComparedMetric, ComparisonRow } from '../../../protocol/comparison.js';
import { open, setQuery } from '../../address/location.js';
import type { SharedCursor } from '../../chart/shared-cursor.js';
import type { AxisScales } from '../../figures/axis-scales.js';
import { type Brushes, formatBrushes } from '../../figures/brushes.js';
import { FigureFrame } from '../../figures/figure-frame.js';
import { LogToggle } from '../../figures/log-toggle.js';
import { ParallelPlot } from '../../figures/parallel-plot.js';
import { ScatterPlot } from '../../figures/scatter-plot.js';
import { runHref } from '../../parts/hrefs.js';
import type { CompareModel } from '../choices/compare-model.js';
import { plottedFlags, scatterOf } from './flag-plots.js';
import { Importance } from './importance.js';

interface FlagFiguresProps {
  readonly model: CompareModel;
  readonly metric: ComparedMetric;
  readonly parallel: Parallel;
  readonly brushes: Brushes;
  readonly scales: AxisScales;
  readonly cursor: SharedCursor;
  readonly query: URLSearchParams;
}

/** Flags against the metric: what a flag does, how flags go together, and which of them decide. */
export function FlagFigures({ model, metric, parallel, brushes, scales, cursor, query }: FlagFiguresProps) {
  const { view, shown } = model;
  const flags = useMemo(() => plottedFlags(view), [view]);
  const flag = flags.find(({ name }) => name === query.get('flag')) ?? flags[0]!;
  const rowOf = useMemo(() => new Map(view.runs.map(({ id }, at) => [id, at])), [view]);
  const within = useMemo(() => new Set(view.runs.flatMap(({ id }, at) => (shown.has(id) ? [at] : []))), [view, shown]);
  const emphasize = (at: number | undefined) => {
    cursor.run.value = at === undefined ? null : view.runs[at]!.id;
  };
  const emphasized = cursor.run.value === null ? undefined : rowOf.get(cursor.run.value);
  return (
    <section class="compare-section" aria-labelledby="flags-metric">
      <div class="section-head">
        <h2 id="flags-metric">Flags and {printableText(metric.address)}</h2>
        <AxesChooser flags={flags} parallel={parallel} />
        {brushes.size > 0 && (
          <button type="button" class="quiet" onClick={() => setQuery({ ranges: null }, true)}>
            Show all runs again
          </button>
        )}
      </div>
      <FigureFrame
        height={280}
        title="Parallel coordinates"
        note={
          brushes.size > 0
            ? `${shown.size} of ${view.runs.length} runs shown on this page`
            : 'Drag along an axis: only the runs within stay on this page'
        }
        save={(inches) => parallelFigure(parallel, inches)}
      >
        {(width) => (
          <ParallelPlot
            {...{ parallel, width, within, brushes, emphasized }}
            height={280}
            onBrushes={(next) => setQuery({ ranges: formatBrushes(next) }, true)}
            onEmphasize={emphasize}
          />
        )}
      </FigureFrame>
      <div class="flag-figures">
        <FlagScatter {...{ model, metric, flag, flags, scales, cursor }} />
        <Importance model={model} metric={metric} />
      </div>
    </section>
  );
}

function AxesChooser({ flags, parallel }: { readonly flags: readonly ComparisonRow[]; readonly parallel: Parallel }) {
  const shown = new Set(parallel.axes.map(({ name }) => name));
  if (flags.length < 3) return null;
  return (
    <details class="axes-chooser">
      <summary>
        {shown.size - 1} of {flags.length} flags
      </summary>
      <div class="axes-list">
        {flags.map(({ name }) => (
          <label key={name} class="toggle">
            <input
              type="checkbox"
              checked={shown.has(printableText(name))}
              onChange={({ currentTarget: { checked } }) => {
                const names = flags.map((flag) => flag.name);
                const next = names.filter((other) => (other === name ? checked : shown.has(printableText(other))));
                if (next.length > 0) setQuery({ axes: next.join(',') }, true);
              }}
            />
            {printableText(name)}
          </label>
        ))}
      </div>
    </details>
  );
}

interface FlagScatterProps {
  readonly model: CompareModel;
  readonly metric: ComparedMetric;
  readonly flag: ComparisonRow;
  readonly flags: readonly ComparisonRow[];
  readonly scales: AxisScales;
  readonly cursor: SharedCursor;
}

function FlagScatter({ model, metric, flag, flags, scales, cursor }: FlagScatterProps) {
  const { view, looks, shown } = model;
  const { scatter, runs } = useMemo(
    () => scatterOf(view, metric, flag, looks, shown, scales),
    [view, metric, flag, looks, shown, scales],
  );
  const place = cursor.run.value === null ? -1 : runs.indexOf(cursor.run.value);
  const isLog = scatter.x.kind === 'log' || scatter.y.kind === 'log';
  const omitted = scatter.omitted > 0 ? `${scatter.omitted} without a value${isLog ? ' on a log axis' : ''}` : '';
  return (
    <FigureFrame
      height={280}
      title={`${printableText(metric.address)} by`}
      note={omitted}
      controls={
        <>
          <select
            aria-label="Flag of the horizontal axis"
            value={flag.name}
            onChange={({ currentTarget }) => setQuery({ flag: currentTarget.value }, true)}
          >
            {flags.map(({ name }) => (
              <option key={name} value={name}>
                {printableText(name)}
              </option>
            ))}
          </select>
          <LogToggle title="log x" axis={scatter.x} name={flag.name} />
          <LogToggle title="log y" axis={scatter.y} name={metric.address} />
        </>
      }
      save={(inches) => scatterFigure(scatter, inches)}
    >
      {(width) => (
        <ScatterPlot
          {...{ scatter, width }}
          height={280}
          emphasized={place < 0 ? undefined : place}
          onEmphasize={(row) => {
            cursor.run.value = row === undefined ? null : runs[row]!;
          }}
          onOpen={(row) => open(runHref(runs[row]!))}
        />
      )}
    </FigureFrame>
  );
}
