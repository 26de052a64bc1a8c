import { join } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import { readMetrics } from '../../metrics/log/read-metrics.js';
import type { MetricRecord } from '../../metrics/metric-sink.js';
import type { RunFolder } from '../folder/run-folder.js';
import { readRunFlags, type StoredFlag } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';
import { csvFlag, csvLine, csvText } from './csv.js';
import { numberText } from './number-text.js';

export type MetricsFormat = 'csv' | 'jsonl';

export interface MetricsExport {
  readonly format: MetricsFormat;
  /** Whether each point has the flags of its run. */
  readonly flags: boolean;
}

/** Some lines of the file, and how many points they hold. */
export interface ExportedLines {
  readonly text: string;
  readonly points: number;
}

interface ExportedRun {
  readonly name: string;
  readonly path: string;
  readonly flags: ReadonlyMap<string, StoredFlag['value']>;
}

/** Lines are yielded in pieces of about this many characters. */
const pieceLength = 1 << 16;

/**
 * Every logged number of the runs, one a line, in the order of their logs; holds some hundred lines in memory. Numbers
 * are written so that they read back exactly: NaN, ±Infinity, -0 and subnormal numbers too.
 *
 * CSV: RFC 4180 with line feeds and a header. JSON Lines: one object a line; NaN and ±Infinity are strings.
 * @throws ForgeError RUN_INVALID, FILE_SYSTEM; USAGE for a run that is given twice
 */
export async function* exportMetrics(
  folders: readonly RunFolder[],
  options: MetricsExport,
): AsyncGenerator<ExportedLines> {
  checkOptions(options, ['format', 'flags'], { of: 'exportMetrics(runs, options)' });
  const { format, flags } = options;
  const runs = await Promise.all(named(folders).map(([name, folder]) => readRun(name, folder, flags)));
  const columns = [...new Set(runs.flatMap((run) => [...run.flags.keys()]))];
  if (format === 'csv') yield { text: header(columns), points: 0 };
  for (const run of runs) {
    const lines = format === 'csv' ? csvLines(run, columns) : jsonLines(run, flags);
    let text = '';
    let points = 0;
    for await (const record of readMetrics(join(run.path, 'metrics.jsonl'))) {
      for (const [name, value] of Object.entries(record.values)) {
        text += lines(record, name, value);
        points++;
      }
      if (text.length < pieceLength) continue;
      yield { text, points };
      text = '';
      points = 0;
    }
    if (points > 0) yield { text, points };
  }
}

/** `mnist/3`, or the folders of runs that would have the same name. */
function named(folders: readonly RunFolder[]): [name: string, folder: RunFolder][] {
  const twice = folders.find(({ path }, at) => folders.findIndex((other) => other.path === path) < at);
  if (twice !== undefined) {
    const label = `${twice.experiment}/${twice.number}`;
    throw new ForgeError('USAGE', `${label} is given twice.`, { about: label, hint: 'Name each run once.' });
  }
  const labels = folders.map(({ experiment, number }) => `${experiment}/${number}`);
  return folders.map((folder, at) => {
    const label = labels[at]!;
    return [labels.indexOf(label) === labels.lastIndexOf(label) ? label : folder.path, folder];
  });
}

async function readRun(name: string, { path }: RunFolder, withFlags: boolean): Promise<ExportedRun> {
  // A folder without a valid run.json is no run.
  await readRunRecord(path);
  const flags = withFlags ? Object.entries(await readRunFlags(path)) : [];
  return { name, path, flags: new Map(flags.map(([flag, { value }]) => [flag, value as StoredFlag['value']])) };
}

type LineOf = (record: MetricRecord, name: string, value: number) => string;

function header(flags: readonly string[]): string {
  const columns = ['run', 'step', 'epoch', 'time', 'split', 'name', 'value', ...flags.map((flag) => `flags.${flag}`)];
  return csvLine(columns.map(csvText));
}

function csvLines({ name: run, flags }: ExportedRun, columns: readonly string[]): LineOf {
  const [start, end] = [csvText(run), columns.map((flag) => `,${csvFlag(flags.get(flag))}`).join('')];
  return ({ step, epoch, time, split }, name, value) => {
    const place = `${numberText(step)},${numberText(epoch)},${numberText(time)}`;
    return `${start},${place},${csvText(split)},${csvText(name)},${numberText(value)}${end}\n`;
  };
}

function jsonLines({ name: run, flags }: ExportedRun, withFlags: boolean): LineOf {
  const start = `{"run":${JSON.stringify(run)}`;
  const given = [...flags].map(([flag, value]) => `${JSON.stringify(flag)}:${jsonValue(value)}`);
  const end = withFlags ? `,"flags":{${given.join(',')}}}` : '}';
  return ({ step, epoch, time, split }, name, value) => {
    const place = `"step":${numberText(step)},"epoch":${numberText(epoch)},"time":${jsonValue(time)}`;
    const metric = `"split":${JSON.stringify(split)},"name":${JSON.stringify(name)},"value":${jsonValue(value)}`;
    return `${start},${place},${metric}${end}\n`;
  };
}

function jsonValue(value: StoredFlag['value']): string {
  if (typeof value !== 'number') return JSON.stringify(value);
  return Number.isFinite(value) ? numberText(value) : `"${value}"`;
}
