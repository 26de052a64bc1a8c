import { effect, untracked, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { location } from '../address/location.js';
import { ErrorProblem } from '../parts/error-problem.js';
import { ViewHeading } from '../parts/view-heading.js';
import { useOverview } from '../source/use-overview.js';
import { useSource } from '../source/use-source.js';
import { shownColumns } from './columns/choose-columns.js';
import { displayColumns, splitColumns } from './columns/display-columns.js';
import { NoRuns, NothingMatches } from './empty-list.js';
import { useFieldValues } from './filter/field-values.js';
import { FilterBox } from './filter/filter-box.js';
import { ListBar } from './list-bar.js';
import { listDataOf } from './list-data.js';
import type { ListDialog } from './list-dialog.js';
import { ListDialogs } from './list-dialogs.js';
import { Matching } from './matching.js';
import { PhoneList } from './phone/phone-list.js';
import { useIsNarrow } from './phone/use-is-narrow.js';
import { SameLine } from './same-line.js';
import { readChoices, tableQueryOf } from './state/list-choices.js';
import { ListContext } from './state/list-context.js';
import { parseSort } from './state/sort-order.js';
import { linesIn, linesOf } from './table/list-lines.js';
import { RunsTable } from './table/runs-table.js';
import { isSameQuery } from './table/table-data.js';
import { useListActions } from './use-list-actions.js';
import { useListKeys } from './use-list-keys.js';

/** All runs: filter, order, columns, groups, selection. */
export function RunsPage() {
  const source = useSource();
  const overview = useOverview();
  const { table, groupRuns, trends } = listDataOf(source);
  const { query } = location.value;
  const choices = useMemo(() => readChoices(query), [query]);
  const wanted = tableQueryOf(choices);
  const cursor = useSignal(-1);
  const dialog = useSignal<ListDialog>(undefined);
  const isNarrow = useIsNarrow();
  const view = table.view.value;
  const failure = table.error.value;
  const error = failure !== undefined && isSameQuery(failure.query, wanted) ? failure.error : undefined;
  const range = useRef({ first: 0, end: 100 });
  const load = () => {
    const isHopeless = error !== undefined && view === undefined && wanted.where !== '';
    // Without any rows to keep, all runs are better than none.
    table.show(isHopeless ? { ...wanted, where: '' } : wanted, range.current);
  };
  // Asked for at once, before the page is drawn with the new address.
  useEffect(
    () =>
      effect(() => {
        const next = tableQueryOf(readChoices(location.value.query));
        untracked(() => void table.show(next, range.current));
      }),
    [table],
  );
  useLayoutEffect(load, [wanted.where, wanted.sort, wanted.columns, wanted.group, error]);
  useEffect(
    () =>
      source.follow(
        { runs: [], cursors: [], table: true, log: null },
        {
          // The first one says whether rows that were here before are still up to date.
          table: ({ version }) => version !== table.view.value?.head.version && table.refresh(),
          connected: (is) => is && table.error.value !== undefined && table.refresh(),
        },
      ),
    [source],
  );

  // Reading them draws the list again when they have been loaded.
  void [groupRuns.changes.value, trends.changes.value];
  const lines = view === undefined ? undefined : linesOf(view, choices.expanded, (where) => groupRuns.of(where));
  useEffect(() => {
    if (view !== undefined) groupRuns.show(view, choices.expanded);
  }, [view, choices.expanded]);
  const all = useMemo(() => displayColumns(view?.head.columns ?? []), [view?.head]);
  const columns = useMemo(() => splitColumns(all, view?.head.matching ?? 0), [all, view?.head]);
  const valuesOf = useFieldValues(source);
  const fields = table.fields.value;
  const sort = useMemo(() => parseSort(choices.sort, fields), [choices.sort, fields]);
  // That of the rows that are shown: the header changes together with them.
  const shownSort = useMemo(() => parseSort(view?.query.sort ?? '', fields), [view?.query.sort, fields]);
  const actions = useListActions({
    choices,
    sort,
    fields,
    lines,
    source,
    cursor,
    canEdit: overview?.canEdit === true,
    open: (next) => (dialog.value = next),
  });
  useListKeys({ lines, cursor, actions });
  const onRange = ({ first, end }: { readonly first: number; readonly end: number }) => {
    if (lines === undefined) return;
    // Some rows more than are drawn: most scrolling finds them here.
    range.current = { first: Math.max(0, lines.rowOf(first) - 40), end: lines.rowOf(end) + 40 };
    load();
    const runs = linesIn(lines, { first, end }).flatMap(({ line }) => (line?.kind === 'run' ? [line.row] : []));
    const { metric } = view!.head;
    if (metric !== null) trends.show(metric, runs);
  };
  const listProps =
    view === undefined || lines === undefined
      ? undefined
      : { view, lines, onRange, trendOf: (run: string) => trends.of(run) };
  return (
    <ListContext.Provider value={{ actions, cursor }}>
      <section class="runs-page">
        <ViewHeading title="Runs" hidden />
        <div class="list-top">
          <FilterBox
            where={choices.where}
            fields={fields}
            error={error}
            valuesOf={valuesOf}
            onChange={actions.filter}
            onDone={actions.focusRows}
          />
          <Matching view={view} />
        </div>
        <SameLine columns={columns.same} />
        {listProps === undefined ? (
          <div class="list-scroller">{error !== undefined && <ErrorProblem error={error} />}</div>
        ) : listProps.view.head.total === 0 ? (
          <NoRuns />
        ) : listProps.lines.count === 0 ? (
          <NothingMatches reason={listProps.view.head.nothing} onClear={() => actions.filter('', true)} />
        ) : isNarrow ? (
          <PhoneList {...listProps} columns={columns.shown} />
        ) : (
          <RunsTable {...listProps} columns={columns.shown} pinned={choices.pinned} sort={shownSort} />
        )}
        <ListBar
          matching={view?.head.matching ?? 0}
          total={view?.head.total ?? 0}
          group={choices.group}
          areColumnsChosen={choices.columns.length > 0}
          onColumns={() => (dialog.value = { kind: 'columns' })}
          onGroup={actions.group}
          onSelectAll={actions.selectAll}
          onTrash={overview?.canEdit === true ? () => (dialog.value = { kind: 'trash' }) : undefined}
        />
        <ListDialogs
          dialog={dialog}
          fields={fields}
          shown={shownColumns(all, choices.pinned)}
          areColumnsChosen={choices.columns.length > 0}
          onChanged={() => table.refresh()}
        />
      </section>
    </ListContext.Provider>
  );
}
