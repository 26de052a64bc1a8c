import type { Stats } from '../../backend/backend.js';
import { ForgeError, messageOf } from '../../errors/forge-error.js';
import { isObject } from '../../json/is-object.js';
import { decodeNumber, encodeNumber } from '../../json/json-number.js';
import type { MetricRecord } from '../metric-sink.js';

/** Encodes records as lines of `metrics.jsonl`. JSON has no NaN or ±Infinity, so those are strings. */
export class MetricLineFormat {
  private epoch = Number.NaN;
  private time = Number.NaN;
  private split = '';
  private shared = '';

  line({ step, epoch, time, split, values }: MetricRecord): string {
    // Records logged together share these fields: encoding them once saves a third of the time per line.
    if (time !== this.time || epoch !== this.epoch || split !== this.split) {
      [this.epoch, this.time, this.split] = [epoch, time, split];
      this.shared = JSON.stringify({ epoch, time, split }).slice(1, -1);
    }
    const numbers = arePlain(values) ? JSON.stringify(values) : encodedValues(values);
    return `{"step":${step},${this.shared},"values":${numbers}}\n`;
  }
}

/** Whether JSON.stringify writes every value exactly: it loses NaN, ±Infinity and the sign of zero. */
function arePlain(values: Stats): boolean {
  for (const name in values) {
    const value = values[name]!;
    if (!Number.isFinite(value) || (value === 0 && 1 / value < 0)) return false;
  }
  return true;
}

function encodedValues(values: Stats): string {
  const pairs = Object.entries(values).map(([name, value]) => {
    return `${JSON.stringify(name)}:${Object.is(value, -0) ? '-0' : JSON.stringify(encodeNumber(value))}`;
  });
  return `{${pairs.join(',')}}`;
}

/**
 * Parses a line. Unknown fields are dropped.
 * @param where the line's name in an error: `Line 3`.
 * @throws ForgeError RUN_INVALID
 */
export function parseMetricLine(line: string, path: string, where: string): MetricRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw invalidLine(path, where, messageOf(error));
  }
  if (!isObject(parsed)) throw invalidLine(path, where, 'it is not an object');
  const { step, epoch, time, split, values } = parsed;
  if (!isCount(step)) throw invalidLine(path, where, '"step" is not a whole number');
  if (!isCount(epoch)) throw invalidLine(path, where, '"epoch" is not a whole number');
  if (typeof time !== 'number') throw invalidLine(path, where, '"time" is not a number');
  if (typeof split !== 'string') throw invalidLine(path, where, '"split" is not a string');
  if (!isObject(values)) throw invalidLine(path, where, '"values" is not an object');
  return { step, epoch, time, split, values: areNumbers(values) ? values : decoded(values, path, where) };
}

/** True for nearly every line: then no copy is needed. */
function areNumbers(values: Record<string, unknown>): values is Record<string, number> {
  for (const name in values) if (typeof values[name] !== 'number') return false;
  return true;
}

function decoded(values: Record<string, unknown>, path: string, where: string): Stats {
  const numbers = Object.entries(values).map(([name, value]): [string, number] => {
    const number = decodeNumber(value);
    if (number === undefined) throw invalidLine(path, where, `the value of "${name}" is not a number`);
    return [name, number];
  });
  return Object.fromEntries(numbers);
}

/** Whether `parseMetricLine` accepts a line. */
export function isMetricLine(line: string): boolean {
  try {
    parseMetricLine(line, '', '');
    return true;
  } catch {
    return false;
  }
}

function invalidLine(path: string, where: string, cause: string): ForgeError {
  return new ForgeError('RUN_INVALID', `${where} of ${path} is not a metric record: ${cause}.`, {
    about: path,
    hint: 'Fix or delete that line; no other line depends on it.',
  });
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value);
}
