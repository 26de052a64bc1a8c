import { printableText } from '@forge-ml/core/text';
import { plainNumber, scaleOver, type Tick } from './scale.js';

/** The value of a flag, or a finite metric; null if there is none. */
export type PlainValue = number | string | boolean | null;

/** A labelled place on an axis, from 0 at its start to 1 at its end. */
export interface AxisTick {
  readonly place: number;
  readonly label: string;
}

/** An axis for the values of a flag or a metric. */
export interface ValueAxis {
  readonly name: string;
  /** The name, and the kind of a logarithmic axis. */
  readonly title: string;
  readonly kind: 'linear' | 'log' | 'categories';
  /** Whether any value is above 0, so that the axis can be logarithmic. */
  readonly canBeLog: boolean;
  /** From 0 to 1; undefined for a value that is not on the axis, such as NaN. */
  readonly place: (value: PlainValue) => number | undefined;
  /** About `count` labelled places; of categories at most so many. */
  readonly ticks: (count: number) => readonly AxisTick[];
}

export interface ValueAxisOptions {
  /** Default: if the values are spread more evenly on a logarithmic axis. */
  readonly log?: boolean | undefined;
  /** Whether it labels the values themselves where they are few and not too near to each other. Default: round numbers. */
  readonly discrete?: boolean | undefined;
}

/** More values than this, or nearer ones, are not labelled themselves. */
const mostDiscrete = 7;
const leastDistance = 0.08;

/** The part of an axis of numbers that the values "none" have. */
const noneShare = 0.15;

/**
 * Numbers have a scale; where some are null, "none" is at its start, apart. Other values are categories: numbers in their
 * order, then texts in theirs.
 */
export function valueAxis(name: string, values: readonly PlainValue[], options: ValueAxisOptions = {}): ValueAxis {
  const numbers = values.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  const isNumeric = numbers.length > 0 && values.every((value) => value === null || typeof value === 'number');
  return isNumeric
    ? numberAxis(name, numbers, values.includes(null), { ...options, log: options.log ?? wantsLog(numbers) })
    : categoryAxis(name, values);
}

function numberAxis(
  name: string,
  numbers: readonly number[],
  hasNone: boolean,
  { log = false, discrete = false }: ValueAxisOptions,
): ValueAxis {
  const distinct = discrete ? distinctOf(numbers, log) : undefined;
  const scale = scaleOver(numbers, log, distinct === undefined);
  const start = hasNone ? noneShare : 0;
  const placed = (value: number) => start + (1 - start) * scale.place(value);
  return {
    name: printableText(name),
    title: `${printableText(name)}${log ? ', log scale' : ''}`,
    kind: log ? 'log' : 'linear',
    canBeLog: numbers.some((value) => value > 0),
    place: (value) => {
      if (value === null) return hasNone ? 0 : undefined;
      const isShown = typeof value === 'number' && Number.isFinite(value) && (!log || value > 0);
      return isShown ? placed(value) : undefined;
    },
    ticks: (count) => {
      const none = hasNone ? [{ place: 0, label: 'none' }] : [];
      const ticks = distinct ?? scale.ticks(count);
      return [...none, ...ticks.map(({ value, label }) => ({ place: placed(value), label }))];
    },
  };
}

/** Labels of the values themselves; undefined where they are too many or too near to each other. */
function distinctOf(numbers: readonly number[], log: boolean): Tick[] | undefined {
  const values = [...new Set(numbers)].filter((value) => !log || value > 0).sort((a, b) => a - b);
  if (values.length > mostDiscrete) return undefined;
  const { place } = scaleOver(values, log, false);
  const isNear = values.slice(1).some((value, at) => place(value) - place(values[at]!) < leastDistance);
  return isNear ? undefined : values.map((value) => ({ value, label: plainNumber(value) }));
}

function categoryAxis(name: string, values: readonly PlainValue[]): ValueAxis {
  const labels = [...new Set([...values].sort(compareValues).map(labelOf))];
  const places = new Map(labels.map((label, at) => [label, (at + 0.5) / labels.length]));
  return {
    name: printableText(name),
    title: printableText(name),
    kind: 'categories',
    canBeLog: false,
    place: (value) => places.get(labelOf(value)),
    ticks: (count) => {
      const every = Math.max(1, Math.ceil(labels.length / Math.max(1, count)));
      return labels.filter((_, at) => at % every === 0).map((label) => ({ place: places.get(label)!, label }));
    },
  };
}

/** Whether the distinct numbers span a factor of 10, and their middle one is nearer to the middle of a logarithmic axis. */
function wantsLog(numbers: readonly number[]): boolean {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  if (low <= 0 || high / low < 10) return false;
  const middle = sorted[sorted.length >> 1]!;
  const distance = (scale: (value: number) => number) =>
    Math.abs((scale(middle) - scale(low)) / (scale(high) - scale(low)) - 0.5);
  return sorted.length === 2 ? high / low >= 100 : distance(Math.log) < distance(Number);
}

function compareValues(a: PlainValue, b: PlainValue): number {
  const rank = (value: PlainValue) => (value === null ? 0 : typeof value === 'string' ? 2 : 1);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'string' || typeof b === 'string') return String(a) < String(b) ? -1 : 1;
  return Number(a) - Number(b);
}

function labelOf(value: PlainValue): string {
  if (value === null) return 'none';
  return value === '' ? '""' : printableText(String(value));
}
