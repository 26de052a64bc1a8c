import { checkOptions } from '../../errors/check-options.js';
import { type Direction, directionOfName } from '../../metrics/metric-direction.js';
import { type CompiledQuery, compileQuery } from '../query/compile-query.js';
import { explainEmpty } from '../query/explain-empty.js';
import { parseQuery } from '../query/parse-query.js';
import type { Query } from '../query/query.js';
import { type Field, fixedFields } from '../query/query-fields.js';
import { readAge } from '../query/query-values.js';
import { invalidLast, parseColumns, parseOrder, type RunOrder, sortRuns } from '../query/run-order.js';
import { queryRuns } from './query-runs.js';
import { directionKey, type QueriedRun } from './run-reader.js';

export interface SelectOptions {
  /** An expression that runs match: `flags.hidden > 64 and status = completed`. Default: all runs. */
  readonly where?: string | null;
  /** Fields to sort by: `best.valid.rmse`. Default: by creation, the newest last. */
  readonly sort?: string | null;
  /** Only runs created in this time before now: `7d`. */
  readonly last?: string | null;
  /** Only runs of this experiment. */
  readonly experiment?: string | null;
  /** Fields that will be read, separated by commas. */
  readonly columns?: string | null;
  /** Other keys that will be read, given those of all runs. */
  readonly alsoRead?: (known: ReadonlySet<string>) => Iterable<string>;
  /** The current time, ms since the Unix epoch. */
  readonly now?: number;
}

export interface SelectedRuns {
  /** In the order that was asked for. */
  readonly runs: readonly QueriedRun[];
  /** How many runs there are, of the experiment and the time asked for. */
  readonly total: number;
  readonly keys: ReadonlySet<string>;
  readonly orders: readonly RunOrder[];
  readonly columns: readonly Field[];
  /** The recorded direction of a metric, else that of its name. */
  readonly directionOf: (address: string) => Direction | undefined;
  /** Why no run was selected, in sentences; empty if nothing is known. */
  explain(): string;
}

const optionNames = ['where', 'sort', 'last', 'experiment', 'columns', 'alsoRead', 'now'];

/**
 * Chooses and sorts the runs of a results folder. Reads no run whose files are unchanged since the index was written.
 * @throws ForgeError QUERY_INVALID, METRIC_INVALID, FLAG_INVALID for invalid options; FILE_SYSTEM
 */
export async function selectRuns(results: string, options: SelectOptions = {}): Promise<SelectedRuns> {
  checkOptions(options, optionNames, { of: 'selectRuns(results, options)' });
  const { where = null, sort = null, last = null, experiment = null, columns = null, now = Date.now() } = options;
  const query = where === null ? undefined : parseQuery(where);
  const since = last === null ? undefined : now - secondsOf(last) * 1000;
  let compiled: CompiledQuery | undefined;
  let shown: readonly Field[] = [];
  const choose = (known: ReadonlySet<string>) => {
    if (query !== undefined) compiled = compileQuery(query, { text: where!, known: orAny(known), now });
    if (columns !== null) shown = parseColumns(columns, orAny(known));
    const fields = [...(compiled?.fields ?? []), ...shown].map(({ key }) => key);
    return ['created', ...fields, ...sortKeys(sort, known), ...(options.alsoRead?.(known) ?? [])];
  };
  const kinds = kindsIn(query, [sort, columns].join(','), options.alsoRead !== undefined);
  const { runs: all, keys } = await queryRuns(results, { kinds, choose });
  const directionOf = (address: string) =>
    recordedDirection(all, address) ?? directionOfName(address.slice(address.indexOf('.') + 1));
  const inRange = all.filter((run) => {
    if (experiment !== null && run.folder.experiment !== experiment) return false;
    return since === undefined || Date.parse(String(run.get('created'))) >= since;
  });
  const matches = compiled?.matches;
  const chosen = matches === undefined ? inRange : inRange.filter((run) => matches((key) => run.get(key)));
  const orders = sort === null ? [] : parseOrder(sort, orAny(keys), directionOf);
  const runs = sort === null ? sortRuns(chosen, [byCreation]) : sortRuns(chosen, orders);
  const explain = () =>
    query === undefined ? '' : explainEmpty(query, inRange, { text: where!, known: orAny(keys), now });
  return { runs, total: inRange.length, keys, orders, columns: shown, directionOf, explain };
}

const byCreation: RunOrder = { field: { key: 'created', kind: 'time' }, first: 'min' };

/** Without runs every name may be right. */
function orAny(known: ReadonlySet<string>): ReadonlySet<string> | undefined {
  return known.has('created') ? known : undefined;
}

function secondsOf(last: string): number {
  const seconds = readAge(last);
  if (seconds === undefined) throw invalidLast(last);
  return seconds;
}

/** The fields that are sorted by, and the columns with the directions of their metrics. */
function sortKeys(sort: string | null, known: ReadonlySet<string>): string[] {
  if (sort === null) return [];
  // Directions are read later: here only the names are checked.
  return parseOrder(sort, orAny(known), () => 'min').flatMap(({ field: { key, metric } }) =>
    metric === undefined ? [key] : [key, directionKey(`${metric.split}.${metric.name}`)],
  );
}

function recordedDirection(runs: readonly QueriedRun[], address: string): Direction | undefined {
  const key = directionKey(address);
  for (let at = runs.length - 1; at >= 0; at--) {
    const direction = runs[at]!.get(key);
    if (direction === 'min' || direction === 'max') return direction;
  }
  return undefined;
}

/** First parts of the paths of fields. */
const ownNames = new Set([
  '',
  'flags',
  'best',
  'last',
  'tags',
  ...Object.keys(fixedFields).map((key) => key.split('.')[0]!),
]);

/** A key of each kind of value that will be needed: which files to read is decided before names are known. */
function kindsIn(query: Query | undefined, fields: string, all: boolean): string[] {
  const text = [...firstNames(query), ...fields.split(',').map((field) => field.trim().split('.')[0]!)];
  const kinds = text.map((name) => (name === 'tags' ? 'tag' : name === 'flags' || name === 'best' ? `${name}.` : name));
  // `valid.rmse` is `best.valid.rmse`, and for any other name a similar one is suggested.
  const isOther = (name: string) => !ownNames.has(name);
  return all || text.some(isOther) ? [...kinds, 'flags.', 'best.'] : kinds;
}

function firstNames(query: Query | undefined): string[] {
  if (query === undefined) return [];
  if ('field' in query) return [query.field.path[0]!];
  return query.kind === 'not' ? firstNames(query.of) : query.of.flatMap(firstNames);
}
