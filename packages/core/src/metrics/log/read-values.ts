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

/** A metric to read, with its name as JSON. */
interface Wanted {
  readonly at: number;
  readonly name: string;
  readonly key: string;
}

/** The fields before the values, in Forge's own format. */
const ownFormat = /^\{"step":(\d+),"epoch":(\d+),"time":(\d+(?:\.\d+)?),"split":"([^"\\]*)","values":\{/;

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
  const wanted = new Map<string, Wanted[]>();
  for (const [at, { split, name }] of metrics.entries()) {
    const metric = { at, name, key: `${JSON.stringify(name)}:` };
    wanted.set(split, [...(wanted.get(split) ?? []), metric]);
  }
  let end = start;
  for await (const group of wholeLines(path, start)) {
    for (const [index, line] of group.lines.entries()) {
      readLine(line, path, start === 0 ? `Line ${group.first + index}` : 'A line', wanted, receive);
    }
    end = group.end;
  }
  return end;
}

function readLine(
  line: string,
  path: string,
  where: string,
  wanted: ReadonlyMap<string, readonly Wanted[]>,
  receive: (metric: number, value: MetricValue) => void,
): void {
  const own = line.endsWith('}}') ? ownFormat.exec(line) : null;
  if (own !== null) {
    const ofSplit = wanted.get(own[4]!);
    if (ofSplit === undefined) return;
    const found = ofSplit.map(({ key }) => findNumber(line, key, own[0].length));
    if (!found.includes(null)) {
      const [step, epoch, time] = [Number(own[1]), Number(own[2]), Number(own[3])];
      for (const [index, value] of found.entries()) {
        if (value !== undefined) receive(ofSplit[index]!.at, { step, epoch, time, value: value! });
      }
      return;
    }
  }
  const { step, epoch, time, split, values } = parseMetricLine(line, path, where);
  for (const { at, name } of wanted.get(split) ?? []) {
    if (Object.hasOwn(values, name)) receive(at, { step, epoch, time, value: values[name]! });
  }
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
