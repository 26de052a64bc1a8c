import { parseMetricLine } from './metric-line.js';
import { wholeLines } from './whole-lines.js';

/** A value of one metric. */
export interface MetricValue {
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly value: number;
}

/** The metrics to read of a split. */
interface WantedSplit {
  /** What follows `"split":"` in Forge's own format; undefined if the name of the split has escapes in JSON. */
  readonly text: string | undefined;
  readonly metrics: readonly {
    readonly at: number;
    readonly name: string;
    /** The name as a key in JSON. */
    readonly key: string;
  }[];
}

type Receive = (metric: number, value: MetricValue) => void;

/**
 * Reads the values of some metrics from a `metrics.jsonl` in file order, holding some hundred lines in memory. Lines in
 * Forge's own format are searched for them instead of parsed: half the time for a million lines.
 * @param receive called with the position of the metric in `metrics`, and its value
 * @param start the byte to start at: what an earlier call returned. Default: the start of the file
 * @returns the byte after the last whole line
 * @throws ForgeError RUN_INVALID naming the file and the invalid line, FILE_SYSTEM
 */
export async function readMetricValues(
  path: string,
  metrics: readonly { readonly split: string; readonly name: string }[],
  receive: (metric: number, value: MetricValue) => void,
  start = 0,
): Promise<number> {
  const wanted = new Map<string, WantedSplit>();
  for (const [at, { split, name }] of metrics.entries()) {
    const text = JSON.stringify(split) === `"${split}"` ? `${split}","values":{` : undefined;
    const others = wanted.get(split)?.metrics ?? [];
    wanted.set(split, { text, metrics: [...others, { at, name, key: `${JSON.stringify(name)}:` }] });
  }
  const splits = [...wanted.values()];
  let end = start;
  for await (const group of wholeLines(path, start)) {
    for (const [index, line] of group.lines.entries()) {
      if (readOwnFormat(line, splits, receive)) continue;
      const where = start === 0 ? `Line ${group.first + index}` : 'A line';
      const { step, epoch, time, split, values } = parseMetricLine(line, path, where);
      for (const { at, name } of wanted.get(split)?.metrics ?? []) {
        if (Object.hasOwn(values, name)) receive(at, { step, epoch, time, value: values[name]! });
      }
    }
    end = group.end;
  }
  return end;
}

/**
 * Reads a line in Forge's own format, `{"step":1,"epoch":0,"time":1,"split":"train","values":{"loss":0.5}}`, with hardly
 * any memory: a million short-lived objects cost more than the search.
 * @returns whether the line is in that format; else it must be parsed
 */
function readOwnFormat(line: string, splits: readonly WantedSplit[], receive: Receive): boolean {
  if (!line.startsWith('{"step":') || !line.endsWith('}}')) return false;
  const afterStep = digitsEnd(line, 8);
  if (!line.startsWith(',"epoch":', afterStep)) return false;
  const afterEpoch = digitsEnd(line, afterStep + 9);
  if (!line.startsWith(',"time":', afterEpoch)) return false;
  const afterTime = digitsEnd(line, afterEpoch + 8);
  if (!line.startsWith(',"split":"', afterTime)) return false;
  const begin = afterTime + 10;
  const found = splits.find(({ text }) => text !== undefined && line.startsWith(text, begin));
  if (found === undefined) return isPlainText(line, begin, line.indexOf('"', begin));
  const values = found.metrics.map(({ key }) => findNumber(line, key, begin + found.text!.length));
  if (values.includes(null)) return false;
  for (const [index, value] of values.entries()) {
    if (value == null) continue;
    const step = Number(line.slice(8, afterStep));
    const epoch = Number(line.slice(afterStep + 9, afterEpoch));
    const time = Number(line.slice(afterEpoch + 8, afterTime));
    receive(found.metrics[index]!.at, { step, epoch, time, value });
  }
  return true;
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

/**
 * The number after a key. Inside a longer key the quote would follow a backslash, not a brace or comma.
 * @returns undefined without the key; null if the line must be parsed
 */
function findNumber(line: string, key: string, from: number): number | null | undefined {
  const at = line.indexOf(key, from - 1);
  if (at < 0) return undefined;
  const before = line[at - 1];
  if (before !== '{' && before !== ',') return null;
  const begin = at + key.length;
  let end = line.indexOf(',', begin);
  if (end < 0) end = line.length - 2;
  const text = line.slice(begin, end);
  return /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : null;
}
