import type { Stats } from 'node:fs';
import { isObject } from '../files/json-file.js';
import { decodeMetrics, encodeMetrics, runStatuses } from './run-record.js';
import type { RunSummary } from './run-summary.js';

/**
 * Runs of an experiment by column: their numbers, what tells one content of a `run.json` from another (each new one is
 * a new file: see `writeFileAtomic`), and when they were begun.
 */
export interface IndexedRuns {
  readonly number: number[];
  readonly inode: number[];
  readonly size: number[];
  readonly mtimeMs: number[];
  readonly ctimeMs: number[];
  readonly created: string[];
  /** What was read of each, as JSON that is parsed when it is asked for: of thousands few are shown. */
  readonly summary: string[];
}

export function noRuns(): IndexedRuns {
  return { number: [], inode: [], size: [], mtimeMs: [], ctimeMs: [], created: [], summary: [] };
}

export function addRun(runs: IndexedRuns, number: number, file: Stats, created: string, summary: string): void {
  runs.number.push(number);
  runs.inode.push(file.ino);
  runs.size.push(file.size);
  runs.mtimeMs.push(file.mtimeMs);
  runs.ctimeMs.push(file.ctimeMs);
  runs.created.push(created);
  runs.summary.push(summary);
}

/** Whether a run was read from this very file. */
export function isSameFile(runs: IndexedRuns, at: number, file: Stats): boolean {
  return (
    runs.inode[at] === file.ino &&
    runs.size[at] === file.size &&
    runs.mtimeMs[at] === file.mtimeMs &&
    runs.ctimeMs[at] === file.ctimeMs
  );
}

/** A line for each run, after one that holds the columns. */
export function writeIndexedRuns(formatVersion: number, byExperiment: ReadonlyMap<string, IndexedRuns>): string {
  const columns: (readonly [string, object])[] = [];
  const lines: string[] = [];
  for (const [experiment, { summary, ...rest }] of byExperiment) {
    columns.push([experiment, rest]);
    for (const line of summary) lines.push(line);
  }
  return `${JSON.stringify({ formatVersion, experiments: Object.fromEntries(columns) })}\n${lines.join('\n')}\n`;
}

/** @throws SyntaxError where the columns are not JSON; undefined where the text is not as `writeIndexedRuns` makes it. */
export function readIndexedRuns(formatVersion: number, text: string): Map<string, IndexedRuns> | undefined {
  const [head = '', ...lines] = text.split('\n');
  const content: unknown = JSON.parse(head);
  if (!isObject(content) || content.formatVersion !== formatVersion || !isObject(content.experiments)) return undefined;
  const byExperiment = new Map<string, IndexedRuns>();
  let taken = 0;
  for (const [experiment, columns] of Object.entries(content.experiments)) {
    if (!isObject(columns) || !Array.isArray(columns.number)) return undefined;
    const { number, inode, size, mtimeMs, ctimeMs, created } = columns;
    const sound = [number, inode, size, mtimeMs, ctimeMs].every((column) => isColumn(column, number.length, isNumber));
    if (!sound || !isColumn(created, number.length, isText)) return undefined;
    const summary = lines.slice(taken, taken + number.length);
    taken += number.length;
    byExperiment.set(experiment, { ...columns, summary } as unknown as IndexedRuns);
  }
  // What follows the last line is empty, unless the file was cut or is somebody else's.
  return lines.length === taken + 1 && lines[taken] === '' ? byExperiment : undefined;
}

export function writeSummary(summary: RunSummary): string {
  return JSON.stringify({ ...summary, metrics: encodeMetrics(summary.metrics) });
}

/** Undefined where the text is not as `writeSummary` makes it. */
export function parseSummary(text: string): RunSummary | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { status, reason, step, epoch, created, ended, resumed, backend, engine } = value;
  const metrics = decodeMetrics(value.metrics);
  const sound =
    runStatuses.some((known) => known === status) &&
    [created, backend, engine].every(isText) &&
    [reason, ended, resumed].every((item) => item === null || isText(item)) &&
    [step, epoch].every(isNumber) &&
    metrics !== undefined;
  return sound ? ({ ...value, metrics, process: null } as unknown as RunSummary) : undefined;
}

function isColumn(values: unknown, length: number, isSound: (value: unknown) => boolean): boolean {
  return Array.isArray(values) && values.length === length && values.every(isSound);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
