import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isForgeError,
  listRunSummaries,
  messageOf,
  type RunFolder,
  type RunRecord,
  type RunSummary,
  runSeconds,
  type ShownStatus,
  type SummarisedRun,
  shownStatus,
} from '@forge-ml/core/runs';

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
  /** Seconds of work, without the pauses before a resume; null where the end is unknown. */
  readonly seconds: number | null;
  readonly backend: string | null;
  readonly engine: string | null;
}

/** A run that is there, or what is wrong with it. */
export interface FoundRun {
  readonly run: SummarisedRun;
  /** When it was begun; of a damaged one, when its folder last changed. ISO 8601, UTC. */
  readonly time: string;
}

/**
 * Every run under a results folder, oldest first. What is no run is passed over; a damaged run is found as such.
 * @param options `whole`: whether all of them will be listed
 */
export async function findRuns(results: string, options: { readonly whole: boolean }): Promise<FoundRun[]> {
  const found: FoundRun[] = [];
  for (const run of await listRunSummaries(results, options)) {
    if (run.created !== null) found.push({ run, time: run.created });
    else if (await looksLikeARun(run.folder.path)) found.push({ run, time: await timeOf(run.folder) });
  }
  // ISO times sort as text.
  return found.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.run.folder.number - b.run.folder.number));
}

/** Of runs in the order of time the last ones, and every damaged one, which else nobody would be told of. */
export function newestRuns(runs: readonly FoundRun[], count: number): FoundRun[] {
  return runs.filter(({ run }, index) => index >= runs.length - count || run.created === null);
}

export function listedRun({ run }: FoundRun): ListedRun {
  try {
    const summary = run.summary();
    return isForgeError(summary) ? damagedRun(run.folder, summary.message) : describeRun(run.folder, summary);
  } catch (error) {
    // Whatever it is: one run that cannot be described must not keep others from being listed.
    return damagedRun(run.folder, messageOf(error));
  }
}

function damagedRun({ path, experiment, number }: RunFolder, reason: string): ListedRun {
  return { ...nothingKnown, run: path, experiment, number, reason };
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

function describeRun({ path, experiment, number }: RunFolder, record: RunSummary): ListedRun {
  const status = shownStatus(record, path);
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
    seconds: runSeconds(record, status),
    backend: record.backend,
    engine: record.engine,
  };
}

/**
 * A numbered folder of somebody else's holds none of this, nor does that of a start that came to nothing. One that may
 * not be looked into is a run, as far as anybody can tell.
 */
async function looksLikeARun(path: string): Promise<boolean> {
  for (const name of ['run.json', 'checkpoints']) {
    const there = await stat(join(path, name)).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
    );
    if (there) return true;
  }
  return false;
}

async function timeOf({ path }: RunFolder): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return (found?.mtime ?? new Date(0)).toISOString();
}
