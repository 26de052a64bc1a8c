import { printableText } from '@forge-ml/core/text';
import { setQuery } from '../../address/location.js';
import type { CompareModel } from './compare-model.js';
import type { MetricPlot } from './metric-plots.js';

/** More metrics are in the list to add. */
const mostButtons = 6;

/** Which metrics have a chart, and which of their splits. */
export function MetricChooser({ model }: { readonly model: CompareModel }) {
  const { plots, chosenPlots, splits, chosenSplits } = model;
  const first = plots.slice(0, mostButtons);
  const buttons = [...first, ...chosenPlots.filter((plot) => !first.includes(plot))];
  const others = plots.filter((plot) => !buttons.includes(plot));
  const choose = (chosen: readonly MetricPlot[]) => {
    if (chosen.length > 0) setQuery({ metrics: chosen.map(({ key }) => key).join(','), splits: null }, true);
  };
  const toggle = (plot: MetricPlot) => {
    choose(chosenPlots.includes(plot) ? chosenPlots.filter((other) => other !== plot) : [...chosenPlots, plot]);
  };
  return (
    <div class="metric-chooser">
      <fieldset class="choices">
        <legend class="only-read">Metrics</legend>
        {buttons.map((plot) => (
          <label key={plot.key} title={countText(plot, model.view.runs.length)}>
            <input type="checkbox" checked={chosenPlots.includes(plot)} onChange={() => toggle(plot)} />
            <span>{printableText(plot.key)}</span>
          </label>
        ))}
      </fieldset>
      {others.length > 0 && (
        <select
          aria-label="Add a metric"
          value=""
          onChange={({ currentTarget }) => {
            const plot = plots.find(({ key }) => key === currentTarget.value);
            if (plot !== undefined) choose([...chosenPlots, plot]);
          }}
        >
          <option value="">add a metric…</option>
          <MetricGroups plots={others} runs={model.view.runs.length} />
        </select>
      )}
      {splits.length > 1 && (
        <fieldset class="choices">
          <legend class="only-read">Splits</legend>
          {splits.map((split) => (
            <label key={split}>
              <input
                type="checkbox"
                checked={chosenSplits.includes(split)}
                onChange={() => {
                  const isOn = chosenSplits.includes(split);
                  const next = splits.filter((other) => (other === split ? !isOn : chosenSplits.includes(other)));
                  if (next.length > 0) setQuery({ splits: next.join(',') }, true);
                }}
              />
              <span>{printableText(split)}</span>
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}

function MetricGroups({ plots, runs }: { readonly plots: readonly MetricPlot[]; readonly runs: number }) {
  const groups = [...new Set(plots.map(({ group }) => group))];
  return (
    <>
      {groups.map((group) => {
        const options = plots
          .filter((plot) => plot.group === group)
          .map((plot) => (
            <option key={plot.key} value={plot.key}>
              {printableText(plot.key)}
              {plot.runs < runs ? ` (${plot.runs} runs)` : ''}
            </option>
          ));
        return group === '' ? options : <optgroup label={printableText(group)}>{options}</optgroup>;
      })}
    </>
  );
}

function countText({ runs }: MetricPlot, all: number): string {
  return runs === all ? 'in all runs' : `in ${runs} of ${all} runs`;
}
