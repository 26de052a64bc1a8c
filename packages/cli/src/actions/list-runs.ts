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

/** A row of `forge runs`. */
export interface ListedRun {
  readonly run: string;
  readonly experiment: string;
  readonly number: number;
  readonly status: ShownStatus | 'damaged';
  /** Why it failed, which signal stopped it, or what is wrong with its folder. */
  readonly reason: string | null;
  readonly step: number | null;
  readonly epoch: number | null;
  readonly metrics: RunRecord['metrics'];
  readonly started: string | null;
  /** Seconds of training, without the pauses before resumes; null if its end is unknown. */
  readonly seconds: number | null;
  readonly backend: string | null;
  readonly engine: string | null;
}

/** A run, or the problem with its folder. */
export interface FoundRun {
  readonly run: SummarisedRun;
  /** When it was created; for a damaged run, when its folder last changed. ISO 8601, UTC. */
  readonly time: string;
}

/**
 * Every run under a results folder, oldest first. Damaged runs are included, other folders are ignored.
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

/** The last `count` runs, and every damaged one, since it would go unnoticed otherwise. */
export function newestRuns(runs: readonly FoundRun[], count: number): FoundRun[] {
  return runs.filter(({ run }, index) => index >= runs.length - count || run.created === null);
}

export function listedRun({ run }: FoundRun): ListedRun {
  try {
    const summary = run.summary();
    return isForgeError(summary) ? damagedRun(run.folder, summary.message) : describeRun(run.folder, summary);
  } catch (error) {
    // One unreadable run must not hide the others.
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
 * A numbered folder that is not a run, or whose start failed, has neither name. A folder that cannot be read counts as
 * a run.
 */
async function looksLikeARun(path: string): Promise<boolean> {
  for (const name of ['run.json', 'checkpoints']) {
    const exists = await stat(join(path, name)).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
    );
    if (exists) return true;
  }
  return false;
}

async function timeOf({ path }: RunFolder): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return (found?.mtime ?? new Date(0)).toISOString();
}
