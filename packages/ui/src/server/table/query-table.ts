import { fixedFields, type QueriedRun, type SelectedRuns, selectAmong } from '@forge-ml/core/runs';
import type { TableAnswer, TableColumn, TableQuery } from '../../protocol/table.js';
import type { ShownRuns } from './shown-runs.js';
import { bestValue, defaultColumns, equalValue } from './table-columns.js';
import { commonMetrics, fieldOf, fieldsOf } from './table-fields.js';
import { groupsOf } from './table-groups.js';
import { rowOf } from './table-rows.js';
import { withTimeLimit } from './time-limit.js';

/** What a query chose, for all ranges of rows. */
interface Chosen {
  readonly answer: Omit<TableAnswer, 'rows' | 'groups' | 'matching' | 'fields' | 'nothing' | 'version'>;
  readonly runs: readonly QueriedRun[];
  readonly selected: SelectedRuns;
  readonly groups: ReturnType<typeof groupsOf> | undefined;
  nothing: string | undefined;
}

/** Expressions whose results are kept: those of the open pages. */
const mostKept = 16;

/** Answers queries of the table. Pages that ask for the same, and for further rows, share the work. */
export class TableQueries {
  private readonly kept = new Map<string, Chosen>();
  private readonly columns = new Map<string, Columns>();
  private version = 0;

  constructor(private readonly shown: ShownRuns) {}

  /** @throws ForgeError QUERY_INVALID, METRIC_INVALID; ApiProblem TOO_SLOW */
  answer(query: TableQuery): TableAnswer {
    const { offset, limit } = query;
    const chosen = this.chosen(query);
    const { answer, runs, selected, groups } = chosen;
    const columns = answer.columns.map(({ key }) => key);
    const range = [offset, offset + limit] as const;
    const grouped = groups?.(range);
    if (runs.length === 0) chosen.nothing ??= this.explain(selected);
    return {
      ...answer,
      version: this.version,
      matching: grouped?.matching ?? runs.length,
      rows: grouped === undefined ? runs.slice(...range).map((run) => rowOf(this.shown, run, columns)) : [],
      groups: grouped?.groups ?? null,
      ...(offset === 0 ? { fields: fieldsOf(selected.keys, selected.directionOf) } : {}),
      nothing: chosen.nothing ?? null,
    };
  }

  private chosen(query: TableQuery): Chosen {
    const { currentVersion } = this.shown;
    if (this.version !== currentVersion) {
      this.kept.clear();
      this.columns.clear();
    }
    this.version = currentVersion;
    const { where, sort, columns, group } = query;
    const key = JSON.stringify([where, sort, columns, group]);
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const chosen = withTimeLimit(() => choose(this.shown, query, this.columns));
    keep(this.kept, key, chosen);
    return chosen;
  }

  private explain(selected: SelectedRuns): string {
    if (selected.total === 0) return 'There are no runs yet. forge train starts one.';
    const why = withTimeLimit(() => selected.explain());
    return why === '' ? 'No run matches.' : why;
  }
}

function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value!);
  kept.set(key, value);
}

/** The columns of some runs, in whatever order these are. */
interface Columns {
  readonly metrics: readonly string[];
  readonly columns: readonly TableColumn[];
}

function choose(
  shown: ShownRuns,
  { where, sort, columns, group }: TableQuery,
  knownColumns: Map<string, Columns>,
): Chosen {
  const all = shown.runs;
  const options = { where: where.trim() === '' ? null : where, sort: sort.trim() === '' ? null : sort };
  const selected = selectAmong(all, shown.keys, options);
  // Without an order the newest are first, where a page starts.
  const runs = options.sort === null ? selected.runs.toReversed() : selected.runs;
  const key = JSON.stringify([where, columns]);
  const found = knownColumns.get(key) ?? columnsOf(selected, runs.length > 0 ? runs : all, columns);
  keep(knownColumns, key, found);
  const { metrics, columns: shownColumns } = found;
  const sorted = selected.orders.find(({ field }) => field.metric !== undefined)?.field.metric;
  return {
    answer: {
      total: all.length,
      running: all.reduce((sum, run) => sum + Number(run.get('status') === 'running'), 0),
      columns: shownColumns,
      metric: sorted === undefined ? (metrics[0]?.slice('best.'.length) ?? null) : `${sorted.split}.${sorted.name}`,
    },
    runs,
    selected,
    groups: group === null ? undefined : groupsOf(shown, { ...selected, runs }, group, shownColumns),
    nothing: undefined,
  };
}

/** @param basis the runs that match; where none does, the table keeps its columns */
function columnsOf({ runs, keys, directionOf }: SelectedRuns, basis: readonly QueriedRun[], columns: string): Columns {
  const metrics = commonMetrics(basis, keys);
  const chosen = columns === '' ? defaultColumns(basis, keys, metrics) : columnKeys(columns, keys);
  const described = chosen.map((key): TableColumn => {
    const equal = equalValue(runs, key);
    const field = fieldOf(key, directionOf);
    const best = bestValue(runs, field);
    return { ...field, ...(equal === undefined ? {} : { equal }), ...(best === undefined ? {} : { best }) };
  });
  return { metrics, columns: described };
}

/** Keys as they are, or fields as people write them. @throws ForgeError QUERY_INVALID */
function columnKeys(text: string, known: ReadonlySet<string>): string[] {
  return text.split(',').map((part) => {
    if (known.has(part) || Object.hasOwn(fixedFields, part)) return part;
    return selectAmong([], known, { columns: part }).columns[0]!.key;
  });
}
