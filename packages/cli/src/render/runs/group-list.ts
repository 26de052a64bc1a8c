import { formatNumber, printableText } from '@forge-ml/core/text';
import type { GroupMetric, ListedGroup } from '../../actions/group-runs.js';
import type { Colors } from '../../terminal/colors.js';
import { type Column, type FittedTable, fitTable } from '../../terminal/table.js';
import { renderMean } from './repeated-training.js';
import { cellOf, titleOf } from './run-cell.js';

/** Metrics in the table; `--json` lists all. */
const mostMetrics = 3;

/** A table of groups that fits a width: how many runs, and mean and standard deviation of each metric. */
export function renderGroupList(groups: readonly ListedGroup[], colors: Colors, width: number): FittedTable {
  const all = Object.keys(groups[0]?.metrics ?? {});
  // The first one is what the groups are sorted by.
  const keys = all.filter((key, place) => place === 0 || !key.startsWith('best.train.')).slice(0, mostMetrics);
  const flags = [...new Set(groups.flatMap(({ flags }) => Object.keys(flags)))];
  const columns: Column<ListedGroup>[] = [
    { title: 'EXPERIMENT', drop: 10, cell: ({ experiments }) => printableText(namesOf(experiments)) },
    ...flags.map((name, place): Column<ListedGroup> => {
      const cell = ({ flags }: ListedGroup) => cellOf(`flags.${name}`, flags[name]);
      return { title: titleOf(`flags.${name}`), align: 'right', drop: 5 + place / 100, cell };
    }),
    { title: 'RUNS', align: 'right', cell: ({ runs }) => String(runs.length) },
    ...keys.flatMap((key, place) => metricColumns(key, place)),
  ];
  return fitTable(groups, columns, colors.dim, width);
}

function namesOf([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

function metricColumns(key: string, place: number): Column<ListedGroup>[] {
  const name = printableText(key);
  const of = ({ metrics }: ListedGroup): GroupMetric => metrics[key]!;
  const drop = (priority: number) => (place === 0 && priority === 0 ? {} : { drop: 20 * place + priority + 1 });
  return [
    { title: name, align: 'right', ...drop(0), cell: (group) => renderMean(of(group)) },
    ...(place === 0 ? bestColumns(of, drop) : []),
  ];
}

/** The best value of the first metric, and its run. */
function bestColumns(
  of: (group: ListedGroup) => GroupMetric,
  drop: (priority: number) => { readonly drop?: number },
): Column<ListedGroup>[] {
  return [
    {
      title: 'BEST',
      align: 'right',
      ...drop(2),
      cell: (group) => (of(group).best === null ? '' : formatNumber(of(group).best!.value)),
    },
    { title: 'BEST RUN', ...drop(1), cell: (group) => printableText(of(group).best?.run ?? '') },
  ];
}
