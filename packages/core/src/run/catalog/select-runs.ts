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
import { type QueriedRun, readLevel } from './read-run.js';
import type { Needs } from './run-reader.js';
import { directionKey, stepKey, timeKey } from './value-keys.js';

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
  /** Whether any field will be read. Default: those of the other options. */
  readonly whole?: boolean;
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
  /** The names of the experiments that have runs, whether they were selected or not. */
  experiments(): ReadonlySet<string>;
  /** Why no run was selected, in sentences; empty if nothing is known. */
  explain(): string;
}

const optionNames = ['where', 'sort', 'last', 'experiment', 'columns', 'whole', 'now'];

/**
 * Chooses and sorts the runs of a results folder. Reads no run whose files are unchanged since the index was written.
 * @throws ForgeError QUERY_INVALID, METRIC_INVALID, FLAG_INVALID for invalid options; FILE_SYSTEM
 */
export async function selectRuns(results: string, options: SelectOptions = {}): Promise<SelectedRuns> {
  checkOptions(options, optionNames, { of: 'selectRuns(results, options)' });
  const { where = null, sort = null, columns = null, whole = false } = options;
  const query = where === null ? undefined : parseQuery(where);
  if (options.last != null) secondsOf(options.last);
  const choose = (known: ReadonlySet<string>) => {
    const { compiled, shown } = compile(known, options);
    const fields = [...(compiled?.fields ?? []), ...shown].map(({ key }) => key);
    return [timeKey, ...fields, ...sortKeys(sort, known), ...(whole ? allKeys(known) : [])];
  };
  const needs = needsOf(namesIn(query, sort, columns), whole);
  const { runs, keys } = await queryRuns(results, { ...needs, choose });
  return selectAmong(runs, keys, options);
}

/**
 * Chooses and sorts among runs whose values are in memory.
 * @param keys the keys of the fields of these runs
 * @throws ForgeError as `selectRuns`
 */
export function selectAmong(
  all: readonly QueriedRun[],
  keys: ReadonlySet<string>,
  options: SelectOptions = {},
): SelectedRuns {
  checkOptions(options, optionNames, { of: 'selectAmong(runs, keys, options)' });
  const { where = null, sort = null, last = null, experiment = null, now = Date.now() } = options;
  const since = last === null ? undefined : now - secondsOf(last) * 1000;
  const { query, compiled, shown } = compile(keys, { ...options, now });
  const directionOf = (address: string) =>
    recordedDirection(all, address) ?? directionOfName(address.slice(address.indexOf('.') + 1));
  const inRange = all.filter((run) => {
    if (experiment !== null && run.get('experiment') !== experiment) return false;
    return since === undefined || (run.get(timeKey) as number) >= since;
  });
  const matches = compiled?.matches;
  const chosen = matches === undefined ? inRange : inRange.filter((run) => matches((key) => run.get(key)));
  const orders = sort === null ? [] : parseOrder(sort, orAny(keys), directionOf);
  const runs = sort === null ? sortRuns(chosen, [byCreation]) : sortRuns(chosen, orders);
  const explain = () =>
    query === undefined ? '' : explainEmpty(query, inRange, { text: where!, known: orAny(keys), now });
  const experiments = () => new Set(all.map((run) => run.get('experiment') as string));
  return { runs, total: inRange.length, keys, orders, columns: shown, directionOf, experiments, explain };
}

interface Compiled {
  readonly query: Query | undefined;
  readonly compiled: CompiledQuery | undefined;
  readonly shown: readonly Field[];
}

/** @throws ForgeError QUERY_INVALID */
function compile(
  known: ReadonlySet<string>,
  { where = null, columns = null, now = Date.now() }: SelectOptions,
): Compiled {
  const query = where === null ? undefined : parseQuery(where);
  const compiled = query === undefined ? undefined : compileQuery(query, { text: where!, known: orAny(known), now });
  return { query, compiled, shown: columns === null ? [] : parseColumns(columns, orAny(known)) };
}

const byCreation: RunOrder = { field: { key: timeKey, kind: 'number' }, first: 'min' };

/** All keys, and those of the times of runs, and of the steps and directions of metrics. */
export function allKeys(known: ReadonlySet<string>): string[] {
  const addresses = [...known].filter((key) => /^(best|last)\./.test(key)).map((key) => key.slice('best.'.length));
  return [timeKey, ...known, ...addresses.flatMap((address) => [stepKey(address), directionKey(address)])];
}

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

const annotationNames = ['tag', 'tags', 'name', 'note'];

/** Which files to read is decided before names are known. @param names the first parts of fields */
function needsOf(names: readonly string[], all: boolean): Needs {
  const annotations = all || names.some((name) => annotationNames.includes(name));
  // `valid.rmse` is `best.valid.rmse`, and for any other name a similar one is suggested.
  const whole = annotations || names.some((name) => name === 'flags' || name === 'best' || !ownNames.has(name));
  return { annotations, level: whole ? readLevel.whole : names.length > 0 ? readLevel.record : readLevel.time };
}

function namesIn(query: Query | undefined, sort: string | null, columns: string | null): string[] {
  const fields = [sort, columns].flatMap((text) => text?.split(',') ?? []);
  return [...firstNames(query), ...fields.map((field) => field.trim().split('.')[0]!)];
}

function firstNames(query: Query | undefined): string[] {
  if (query === undefined) return [];
  if ('field' in query) return [query.field.path[0]!];
  return query.kind === 'not' ? firstNames(query.of) : query.of.flatMap(firstNames);
}
