import { parseMetricLine } from './metric-line.js';
import type { LineMetric, MetricTable, SplitMetrics } from './metric-table.js';
import { wholeLines } from './whole-lines.js';

/** @param metric its place in the table */
export type ReceiveValue = (metric: number, step: number, epoch: number, time: number, value: number) => void;

/**
 * Reads the values of metrics from a `metrics.jsonl` in file order, all in one pass. Lines in Forge's own format are
 * searched for them instead of parsed, with hardly any memory: a million short-lived objects cost more than the search.
 * @param table which metrics are read; it receives those that are found
 * @param start the byte to start at: what an earlier call returned. Default: the start of the file
 * @returns the byte after the last whole line
 * @throws ForgeError RUN_INVALID naming the file and the invalid line, FILE_SYSTEM; what `receive` throws
 */
export async function readMetricValues(
  path: string,
  table: MetricTable,
  receive: ReceiveValue,
  start = 0,
): Promise<number> {
  const reader = new LineReader(table, receive);
  let end = start;
  for await (const group of wholeLines(path, start)) {
    for (const [index, line] of group.lines.entries()) {
      if (reader.readOwnFormat(line)) continue;
      reader.parse(line, path, start === 0 ? `Line ${group.first + index}` : 'A line');
    }
    end = group.end;
  }
  return end;
}

class LineReader {
  /** Of the line that is read: its metrics, and their values. */
  private readonly found: LineMetric[] = [];
  private readonly values: number[] = [];
  private last: SplitMetrics | undefined;

  constructor(
    private readonly table: MetricTable,
    private readonly receive: ReceiveValue,
  ) {}

  parse(line: string, path: string, where: string): void {
    const { step, epoch, time, split, values } = parseMetricLine(line, path, where);
    const metrics = this.table.split(split);
    if (metrics === undefined) return;
    for (const name in values) {
      const { at } = metrics.metric(name);
      if (at >= 0) this.receive(at, step, epoch, time, values[name]!);
    }
  }

  /**
   * Reads a line in Forge's own format, `{"step":1,"epoch":0,"time":1,"split":"train","values":{"loss":0.5}}`.
   * @returns whether the line is in that format; else it must be parsed
   */
  readOwnFormat(line: string): boolean {
    if (!line.startsWith('{"step":') || !line.endsWith('}}')) return false;
    const afterStep = digitsEnd(line, 8);
    if (!line.startsWith(',"epoch":', afterStep)) return false;
    const afterEpoch = digitsEnd(line, afterStep + 9);
    if (!line.startsWith(',"time":', afterEpoch)) return false;
    const afterTime = digitsEnd(line, afterEpoch + 8);
    if (!line.startsWith(',"split":"', afterTime)) return false;
    const begin = afterTime + 10;
    const split = this.splitAt(line, begin);
    // A line of a split that is not read.
    if (split === undefined) return this.table.isSelective && isPlainText(line, begin, line.indexOf('"', begin));
    const count = this.readValues(line, split, begin + split.text!.length);
    if (count < 0) return false;
    const step = Number(line.slice(8, afterStep));
    const epoch = Number(line.slice(afterStep + 9, afterEpoch));
    const time = Number(line.slice(afterEpoch + 8, afterTime));
    for (let at = 0; at < count; at++) {
      const metric = this.found[at]!.at;
      if (metric >= 0) this.receive(metric, step, epoch, time, this.values[at]!);
    }
    return true;
  }

  private splitAt(line: string, begin: number): SplitMetrics | undefined {
    if (this.last?.text !== undefined && line.startsWith(this.last.text, begin)) return this.last;
    const found = this.table.splits.get(line.slice(begin, line.indexOf('"', begin)));
    if (found?.text === undefined || !line.startsWith(found.text, begin)) return undefined;
    this.last = found;
    return found;
  }

  /** @returns how many values the line has; -1 if it must be parsed */
  private readValues(line: string, split: SplitMetrics, begin: number): number {
    const number = this.table.lines++;
    const end = line.length - 2;
    let count = 0;
    let at = begin;
    while (at < end) {
      const metric = split.metricAt(line, at, count);
      if (metric === undefined || metric.line === number) return -1;
      metric.line = number;
      at += metric.key.length;
      let after = line.indexOf(',', at);
      if (after < 0) after = end;
      const value = numberAt(line, at, after);
      if (value === undefined) return -1;
      this.found[count] = metric;
      this.values[count++] = value;
      at = after + 1;
    }
    // After the last value there is no comma.
    return at === end + 1 || count === 0 ? count : -1;
  }
}

/** The end of the digits that start at a place; 0 if there are none. */
function digitsEnd(line: string, begin: number): number {
  let end = begin;
  for (let code = line.charCodeAt(end); code >= 48 && code <= 57; code = line.charCodeAt(end)) end++;
  return end === begin ? 0 : end;
}

/** Whether a part of a line has no escapes. */
function isPlainText(line: string, begin: number, end: number): boolean {
  if (end < 0) return false;
  const backslash = line.indexOf('\\', begin);
  return backslash < 0 || backslash > end;
}

/** Undefined if it is no number as JSON has it: the line must be parsed. */
function numberAt(line: string, begin: number, end: number): number | undefined {
  const text = line.slice(begin, end);
  return /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}
