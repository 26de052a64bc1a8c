import { printableText } from '@forge-ml/core/text';
import { historyFigure, parallelFigure, scatterFigure } from '@forge-ml/plot';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { SweepPage } from '../../protocol/sweep-page.js';
import { location, open, setQuery } from '../address/location.js';
import { type AxisScales, parseScales } from '../figures/axis-scales.js';
import { formatBrushes, parseBrushes, rowsWithin } from '../figures/brushes.js';
import { FigureFrame } from '../figures/figure-frame.js';
import { ImportanceBars } from '../figures/importance-bars.js';
import { LogToggle } from '../figures/log-toggle.js';
import { ParallelPlot } from '../figures/parallel-plot.js';
import { ScatterPlot } from '../figures/scatter-plot.js';
import { runHref } from '../parts/hrefs.js';
import { HistoryPlot } from './history-plot.js';
import { frontOf, historyOf, parallelOf, sliceOf } from './sweep-figures.js';
import { SweepStatus } from './sweep-status.js';
import { TrialsTable } from './trials-table.js';

/** A sweep: how it is going, its figures, and its trials. */
export function SweepView({ sweep }: { readonly sweep: SweepPage }) {
  const { query } = location.value;
  const { objectives, parameters, trials, importance } = sweep;
  const chosen = objectives.findIndex(({ metric }) => metric === query.get('objective'));
  const objective = Math.max(0, chosen);
  const { metric } = objectives[objective]!;
  const hasValues = trials.some(({ values }) => values !== null);
  const emphasized = useSignal<number | undefined>(undefined);
  const chosenScales = query.get('scales');
  const scales = useMemo(() => parseScales(chosenScales), [chosenScales]);
  const history = useMemo(() => historyOf(sweep, objective, scales), [sweep, objective, scales]);
  const parallel = useMemo(() => parallelOf(sweep, objective, scales), [sweep, objective, scales]);
  const ranges = query.get('ranges');
  const brushes = useMemo(() => parseBrushes(ranges), [ranges]);
  const within = useMemo(() => rowsWithin(parallel, brushes), [parallel, brushes]);
  const front = useMemo(() => (objectives.length > 1 ? frontOf(sweep, scales) : undefined), [sweep, scales]);
  const bestRows = new Set(trials.flatMap(({ trial }, row) => (sweep.best.includes(trial) ? [row] : [])));
  const title = printableText(metric);
  const emphasize = (row: number | undefined) => {
    emphasized.value = row;
  };
  const openTrial = (row: number) => {
    const run = trials[row]?.runs.at(-1);
    if (run !== undefined) open(runHref(run));
  };
  const points = { emphasized: emphasized.value, onEmphasize: emphasize, onOpen: openTrial };
  const rowOfTrial = new Map(trials.map(({ trial }, row) => [trial, row]));
  return (
    <>
      <SweepStatus sweep={sweep} />
      {objectives.length > 1 && (
        <label class="toggle">
          objective
          <select value={metric} onChange={({ currentTarget }) => setQuery({ objective: currentTarget.value }, true)}>
            {objectives.map((one) => (
              <option key={one.metric} value={one.metric}>
                {printableText(one.metric)}
              </option>
            ))}
          </select>
        </label>
      )}
      {hasValues ? (
        <>
          <div class="sweep-figures">
            <FigureFrame
              height={260}
              title={`${title} of the trials`}
              controls={<LogToggle title="log y" axis={history.y} name={metric} />}
              save={(inches) => historyFigure(history, inches)}
            >
              {(width) => (
                <HistoryPlot
                  {...{ history, trials, width }}
                  height={260}
                  emphasized={emphasized.value === undefined ? undefined : trials[emphasized.value]?.trial}
                  onEmphasize={(trial) => emphasize(trial === undefined ? undefined : rowOfTrial.get(trial))}
                />
              )}
            </FigureFrame>
            {front !== undefined && (
              <FigureFrame
                height={260}
                title={`${printableText(objectives[1]!.metric)} by ${printableText(objectives[0]!.metric)}`}
                save={(inches) => scatterFigure(front, inches)}
              >
                {(width) => <ScatterPlot scatter={front} marked={bestRows} {...{ width, ...points }} height={260} />}
              </FigureFrame>
            )}
            <ImportanceBars title={`Importance for ${title}`} flags={importance} nothing={null} />
          </div>
          <FigureFrame
            height={280}
            title="Parallel coordinates"
            note={
              brushes.size > 0 ? `${within.size} of ${trials.length} trials` : 'Drag along an axis to choose trials'
            }
            save={(inches) => parallelFigure(parallel, inches)}
          >
            {(width) => (
              <ParallelPlot
                {...{ parallel, width, within, brushes }}
                height={280}
                onBrushes={(next) => setQuery({ ranges: formatBrushes(next) }, true)}
                emphasized={emphasized.value}
                onEmphasize={emphasize}
              />
            )}
          </FigureFrame>
          <div class="sweep-slices">
            {parameters.map(({ name }, at) => (
              <Slice key={name} {...{ sweep, objective, at, scales }} {...points} />
            ))}
          </div>
        </>
      ) : (
        <p class="muted">No trial has a value yet: the figures appear with the first.</p>
      )}
      <TrialsTable
        {...{ sweep, query }}
        within={within}
        emphasized={emphasized.value === undefined ? undefined : trials[emphasized.value]?.trial}
        onEmphasize={(trial) => emphasize(trial === undefined ? undefined : rowOfTrial.get(trial))}
      />
    </>
  );
}

interface SliceProps {
  readonly sweep: SweepPage;
  readonly objective: number;
  /** The position of the parameter. */
  readonly at: number;
  readonly scales: AxisScales;
  readonly emphasized: number | undefined;
  readonly onEmphasize: (row: number | undefined) => void;
  readonly onOpen: (row: number) => void;
}

function Slice({ sweep, objective, at, scales, ...points }: SliceProps) {
  const scatter = useMemo(() => sliceOf(sweep, at, objective, scales), [sweep, at, objective, scales]);
  const { name, range } = sweep.parameters[at]!;
  return (
    <FigureFrame
      height={200}
      title={printableText(name)}
      controls={scatter.x.canBeLog && <LogToggle title="log x" axis={scatter.x} name={name} />}
      note={printableText(range)}
      save={(inches) => scatterFigure(scatter, inches)}
    >
      {(width) => <ScatterPlot {...{ scatter, width }} height={200} {...points} />}
    </FigureFrame>
  );
}
