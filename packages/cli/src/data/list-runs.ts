import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isForgeError,
  listRuns,
  type RunFolder,
  type RunRecord,
  readRunRecord,
  type ShownStatus,
  shownStatus,
} from '@forge-ml/core';

/** A run as the list shows it. */
export interface ListedRun {
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly status: ShownStatus | 'damaged';
  /** Why it failed, what stopped it, or what is wrong with its folder. */
  readonly reason: string | null;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly metrics: RunRecord['metrics'];
  readonly started: string | null;
  /** From the start to the end, or until now while it runs; null where nobody saw the end. */
  readonly seconds: number | null;
  readonly backend: string | null;
  readonly engine: string | null;
}

/** Every run under a results folder, oldest first. What is no run is passed over; a damaged run is listed as such. */
export async function listedRuns(results: string): Promise<ListedRun[]> {
  const folders = await listRuns(results);
  const found = await Promise.all(
    folders.map(async (folder) => ({ listed: await look(folder), time: await timeOf(folder) })),
  );
  return found
    .flatMap(({ listed, time }) => (listed === undefined ? [] : [{ listed, time: listed.started ?? time }]))
    .sort((a, b) => a.time.localeCompare(b.time) || a.listed.number - b.listed.number)
    .map(({ listed }) => listed);
}

async function look(folder: RunFolder): Promise<ListedRun | undefined> {
  try {
    return describeRun(folder, await readRunRecord(folder.path));
  } catch (error) {
    if (!isForgeError(error)) throw error;
    if (!(await looksLikeARun(folder.path))) return undefined;
    return {
      ...nothingKnown,
      run: folder.path,
      experiment: folder.experiment,
      number: folder.number,
      reason: error.message,
    };
  }
}

const nothingKnown = {
  status: 'damaged',
  step: null,
  epoch: null,
  metrics: {},
  started: null,
  seconds: null,
  backend: null,
  engine: null,
} as const;

export function describeRun({ path, experiment, number }: RunFolder, record: RunRecord): ListedRun {
  const status = shownStatus(record, path);
  const end = status === 'running' ? Date.now() : record.ended === null ? Number.NaN : Date.parse(record.ended);
  const seconds = (end - Date.parse(record.resumes.at(-1)?.time ?? record.created)) / 1000;
  return {
    run: path,
    experiment,
    number,
    status,
    reason: record.reason,
    step: record.step,
    epoch: record.epoch,
    metrics: record.metrics,
    started: record.created,
    seconds: Number.isNaN(seconds) ? null : seconds,
    backend: record.backend.name,
    engine: record.engine.engine,
  };
}

/** A numbered folder of somebody else's holds none of this, nor does that of a start that came to nothing. */
async function looksLikeARun(path: string): Promise<boolean> {
  for (const name of ['run.json', 'checkpoints']) {
    if (await stat(join(path, name)).catch(() => undefined)) return true;
  }
  return false;
}

async function timeOf({ path }: RunFolder): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return (found?.mtime ?? new Date(0)).toISOString();
}
