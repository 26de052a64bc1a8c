import type { Stats } from 'node:fs';
import { isObject } from '../files/json-file.js';
import { encodeNumbers } from '../files/json-number.js';
import { decodeMetrics, runStatuses } from './run-record.js';
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

export function addRun(runs: IndexedRuns, number: number, file: Stats, summary: RunSummary): void {
  runs.number.push(number);
  runs.inode.push(file.ino);
  runs.size.push(file.size);
  runs.mtimeMs.push(file.mtimeMs);
  runs.ctimeMs.push(file.ctimeMs);
  runs.created.push(summary.created);
  runs.summary.push(writeSummary(summary));
}

/** Adds some of other runs, by where they stand there. */
export function copyRuns(from: IndexedRuns, places: readonly number[], to: IndexedRuns): void {
  for (const at of places) {
    to.number.push(from.number[at]!);
    to.inode.push(from.inode[at]!);
    to.size.push(from.size[at]!);
    to.mtimeMs.push(from.mtimeMs[at]!);
    to.ctimeMs.push(from.ctimeMs[at]!);
    to.created.push(from.created[at]!);
    to.summary.push(from.summary[at]!);
  }
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
  const lines = text.split('\n');
  const content: unknown = JSON.parse(lines[0]!);
  if (!isObject(content) || content.formatVersion !== formatVersion || !isObject(content.experiments)) return undefined;
  const byExperiment = new Map<string, IndexedRuns>();
  let taken = 1;
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

/** A list without names: with them the index is twice as long, and as slow to write. */
function writeSummary(summary: RunSummary): string {
  const { status, reason, step, epoch, metrics, created, ended, resumed, backend, engine } = summary;
  const values = [status, reason, step, epoch, created, ended, resumed, backend, engine, metrics];
  const text = JSON.stringify(values);
  // NaN and the infinities came out as null; a replacer at every run would take four times as long.
  return text.includes(':null') ? JSON.stringify(values, encodeNumbers) : text;
}

/** Undefined where the text is not as `writeSummary` makes it. */
export function parseSummary(text: string): RunSummary | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const [status, reason, step, epoch, created, ended, resumed, backend, engine, encoded] = value as unknown[];
  const metrics = decodeMetrics(encoded);
  const sound =
    runStatuses.some((known) => known === status) &&
    [created, backend, engine].every(isText) &&
    [reason, ended, resumed].every((item) => item === null || isText(item)) &&
    [step, epoch].every(isNumber) &&
    metrics !== undefined;
  if (!sound) return undefined;
  const summary = { status, reason, step, epoch, metrics, created, ended, resumed, process: null, backend, engine };
  return summary as RunSummary;
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
