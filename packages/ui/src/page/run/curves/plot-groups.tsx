import { formatCount, printableText } from '@forge-ml/core/text';
import { location, setQuery } from '../../address/location.js';
import { QueryLink } from '../../parts/query-link.js';
import { isOpen, toggleGroup } from './open-groups.js';
import { PlotView, type PlotViewProps } from './plot-view.js';
import type { Plot, PlotGroup } from './plots.js';
import { WhenNear } from './when-near.js';

interface PlotGroupsProps extends Omit<PlotViewProps, 'plot' | 'height'> {
  readonly groups: readonly PlotGroup[];
  /** Whether a filter selects them: then all are open. */
  readonly isFiltered: boolean;
}

/** CSS pixels of a plot with its caption. */
const plotHeight = 232;

/** All plots of a run in their groups. Those of the machine are closed at first, and all but the first where there are many. */
export function PlotGroups({ groups, isFiltered, ...rest }: PlotGroupsProps) {
  const toggled = location.value.query.get('groups');
  return (
    <>
      {groups.map((group, at) => {
        const plots = <Plots plots={group.plots} {...rest} />;
        // The metrics without a group come first, and need no title.
        if (group.name === '' && at === 0) return <div key="">{plots}</div>;
        const open = isFiltered || isOpen(groups, group, toggled);
        return (
          <details
            key={group.name}
            class="plot-group"
            open={open}
            onToggle={({ currentTarget }) => {
              if (isFiltered || currentTarget.open === open) return;
              setQuery({ groups: toggleGroup(toggled, group.name) });
            }}
          >
            <summary>
              {group.name === '' ? 'other metrics' : printableText(group.name)}{' '}
              <span class="muted">{formatCount(group.plots.length)}</span>
            </summary>
            {open && plots}
          </details>
        );
      })}
    </>
  );
}

function Plots({ plots, ...rest }: Omit<PlotViewProps, 'plot' | 'height'> & { readonly plots: readonly Plot[] }) {
  return (
    <div class="plots">
      {plots.map((plot) => (
        <div key={plot.key} class="plot">
          <WhenNear height={plotHeight}>{() => <PlotView plot={plot} {...rest} />}</WhenNear>
          <QueryLink
            class="open-plot"
            to={{ metric: plot.key }}
            title="Open large"
            aria-label={`Open ${plot.key} large`}
          >
            ⤢
          </QueryLink>
        </div>
      ))}
    </div>
  );
}
