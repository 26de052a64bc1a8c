import { ForgeError } from '../../errors/forge-error.js';
import { parseMetricAddress, requireDirection } from '../../metrics/metric-address.js';
import type { Direction } from '../../metrics/metric-direction.js';
import { parseField, queryError } from './parse-query.js';
import { type Field, type FieldValue, findField, isField, type KnownKeys } from './query-fields.js';

/** What runs are sorted by: `min` puts the lowest value first. */
export interface RunOrder {
  readonly field: Field;
  readonly first: Direction;
}

/** The direction that runs record of a metric, by its address `valid.loss`; undefined if none does. */
export type RecordedDirection = (address: string) => Direction | undefined;

/**
 * Parses what `--sort` takes: fields separated by commas, each with an optional `:min` or `:max`. A metric's best value
 * comes first, by its direction; the newest time; and the lowest of other values. `valid.rmse` is `best.valid.rmse`.
 * @throws ForgeError QUERY_INVALID for an unknown field; METRIC_INVALID if the direction of a metric is unknown
 */
export function parseOrder(text: string, known: KnownKeys, recorded: RecordedDirection): RunOrder[] {
  let at = 0;
  return text.split(',').map((part) => {
    const start = at + part.length - part.trimStart().length;
    at += part.length + 1;
    const [, name, suffix] = /^(.*?)(?::(min|max))?$/s.exec(part.trim())!;
    const place = { start, end: start + name!.length };
    if (name === '') throw queryError('A field is missing in --sort.', text, place);
    const field = fieldOf(name!, known);
    if (!isField(field)) throw queryError(field.problem, text, place, field.hint);
    return { field, first: (suffix as Direction | undefined) ?? firstOf(field, recorded) };
  });
}

function fieldOf(name: string, known: KnownKeys): ReturnType<typeof findField> {
  const found = findField(parseField(name), known);
  if (isField(found) || known === undefined || parseMetricAddress(name) === undefined) return found;
  return known.has(`best.${name}`) || known.has(`last.${name}`) ? findField(parseField(`best.${name}`), known) : found;
}

function firstOf({ kind, metric }: Field, recorded: RecordedDirection): Direction {
  if (metric === undefined) return kind === 'time' ? 'max' : 'min';
  const { split, name, of } = metric;
  const direction = recorded(`${split}.${name}`);
  return requireDirection({ split, name, direction }, {}, `--sort ${of}.${split}.${name}`);
}

/** Sorts by the first order, equal values by the next. Runs without a value, or with NaN, are last; ties keep their order. */
export function sortRuns<Run extends { get(key: string): FieldValue | undefined }>(
  runs: readonly Run[],
  orders: readonly RunOrder[],
): Run[] {
  const columns = orders.map(({ field, first }) =>
    columnOf(
      runs.map((run) => run.get(field.key)),
      first,
    ),
  );
  const places = Uint32Array.from(runs, (_, place) => place);
  places.sort((a, b) => {
    for (let at = 0; at < columns.length; at++) {
      const compared = columns[at]!(a, b);
      if (compared !== 0) return compared;
    }
    return a - b;
  });
  return Array.from(places, (place) => runs[place]!);
}

/** Compares the values at two places. Numbers, as nearly all are, as such: thousands of runs are sorted. */
function columnOf(values: readonly (FieldValue | undefined)[], first: Direction): (a: number, b: number) => number {
  const sign = first === 'max' ? -1 : 1;
  const sortables = values.map(sortable);
  if (sortables.some((value) => typeof value === 'string')) {
    return (a, b) => compare(sortables[a], sortables[b], sign);
  }
  const numbers = Float64Array.from(sortables, (value) => (value as number | undefined) ?? Number.NaN);
  return (a, b) => {
    const x = numbers[a]!;
    const y = numbers[b]!;
    if (x < y) return -sign;
    if (x > y) return sign;
    return x === y ? 0 : Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  };
}

type Sortable = number | string | undefined;

function sortable(value: FieldValue | undefined): Sortable {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'object' ? value.join(' ') : value;
}

function compare(a: Sortable, b: Sortable, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  // Numbers before text: a flag may be either.
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -sign : a > b ? sign : 0;
}

/** Parses a list of fields: `status,flags.hidden,best.valid.loss`. @throws ForgeError QUERY_INVALID */
export function parseColumns(text: string, known: KnownKeys): Field[] {
  let at = 0;
  return text.split(',').map((part) => {
    const name = part.trim();
    const start = at + part.length - part.trimStart().length;
    at += part.length + 1;
    const place = { start, end: start + name.length };
    if (name === '') throw queryError('A column is missing in --columns.', text, place);
    const field = fieldOf(name, known);
    if (!isField(field)) throw queryError(field.problem, text, place, field.hint);
    return field;
  });
}

/** @throws ForgeError FLAG_INVALID */
export function invalidLast(text: string): ForgeError {
  return new ForgeError('FLAG_INVALID', `--last takes a duration, and "${text}" is not one.`, {
    about: 'last',
    hint: /^\d+$/.test(text)
      ? `Write --limit ${text} for that many runs, or --last ${text}d for days.`
      : 'For example: --last 7d, --last 12h.',
  });
}
