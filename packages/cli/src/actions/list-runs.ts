import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type FieldValue,
  isForgeError,
  listRunSummaries,
  type MeasuredMetrics,
  type ReadRun,
  type RunFolder,
  type RunRecord,
  readRun,
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
  /** The best value of each metric whose direction is known, and its step. */
  readonly best: MeasuredMetrics;
  readonly flags: Readonly<Record<string, FieldValue>>;
  readonly tags: readonly string[];
  readonly name: string | null;
  readonly note: string | null;
  readonly started: string | null;
  /** Seconds of training, without the pauses before resumes; null if its end is unknown. */
  readonly seconds: number | null;
  readonly backend: string | null;
  readonly engine: string | null;
}

/** A row, and its values by the key of their field. */
export interface RunRow {
  readonly listed: ListedRun;
  readonly values: ReadonlyMap<string, FieldValue>;
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

/** Reads the row of a run. @param known its summary, if it was read before */
export async function rowOf(folder: RunFolder, known?: ReadRun['summary']): Promise<RunRow> {
  const { path, experiment, number } = folder;
  const { summary, values, best } = await readRun(folder, known);
  const place = { run: path, experiment, number };
  if (isForgeError(summary)) return { listed: { ...nothingKnown, ...place, reason: summary.message }, values };
  const status = shownStatus(summary, path);
  const { reason, step, epoch, metrics, created, backend, engine } = summary;
  const flags = [...values].flatMap(([key, value]) =>
    key.startsWith('flags.') ? [[key.slice('flags.'.length), value] as const] : [],
  );
  const listed = {
    ...place,
    status,
    reason,
    step,
    epoch,
    metrics,
    best,
    flags: Object.fromEntries(flags),
    tags: (values.get('tag') ?? []) as readonly string[],
    name: (values.get('name') ?? null) as string | null,
    note: (values.get('note') ?? null) as string | null,
    started: created,
    seconds: runSeconds(summary, status),
    backend,
    engine,
  };
  return { listed, values };
}

const nothingKnown = {
  status: 'damaged',
  step: null,
  epoch: null,
  metrics: {},
  best: {},
  flags: {},
  tags: [],
  name: null,
  note: null,
  started: null,
  seconds: null,
  backend: null,
  engine: null,
} as const;

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
