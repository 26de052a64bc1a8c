import { join, resolve } from 'node:path';
import {
  type CheckpointStore,
  type Direction,
  directionOfName,
  type MetricRecord,
  type ResolvedFlags,
  type RunFolder,
  type RunRecord,
  readMetrics,
  readRunFlags,
  readRunRecord,
  type ShownStatus,
  shownStatus,
} from '@forge-ml/core';
import { flagsToContinue, plainValues, runSeconds } from '@forge-ml/core/cli';
import { type Annotations, type ListedCheckpoint, listCheckpoints, readAnnotations } from '@forge-ml/core/manage';
import { shellWord } from '@forge-ml/core/text';

/** The best value of a validation metric, and its step. */
export interface BestMetric {
  readonly metric: string;
  readonly value: number;
  readonly step: number;
}

export interface RunDetails {
  readonly run: string;
  readonly record: Omit<RunRecord, 'status'> & { readonly status: ShownStatus };
  /** Seconds of training, without the pauses before resumes; null if its end is unknown. */
  readonly seconds: number | null;
  /** Tags, note and display name; null if the file is invalid. */
  readonly annotations: Annotations | null;
  readonly flags: ResolvedFlags;
  readonly checkpoints: readonly ListedCheckpoint[];
  readonly best: readonly BestMetric[];
  /** The command that resumes it; null while it runs. */
  readonly resume: string | null;
}

/** Reads everything about a run from its folder. Runs none of its code. @throws ForgeError RUN_INVALID, FILE_SYSTEM */
export async function runDetails(folder: RunFolder, store: CheckpointStore, results: string): Promise<RunDetails> {
  const record = await readRunRecord(folder.path);
  const flags = await readRunFlags(folder.path);
  const status = shownStatus(record, folder.path);
  return {
    run: folder.path,
    record: { ...record, status },
    seconds: runSeconds(record, status),
    annotations: annotationsOf(folder.path),
    flags,
    checkpoints: await listCheckpoints(folder.path, { store }),
    best: await bestMetrics(readMetrics(join(folder.path, 'metrics.jsonl'), { split: 'valid' }), record),
    resume: resumeCommand(folder, status, flags, results, record),
  };
}

/** Invalid ones must not hide the run; `forge runs verify` says what is wrong. */
function annotationsOf(run: string): Annotations | null {
  try {
    return readAnnotations(run);
  } catch {
    return null;
  }
}

/** The best value of each validation metric whose direction is known. */
async function bestMetrics(
  records: AsyncIterable<MetricRecord>,
  { directions }: Pick<RunRecord, 'directions'>,
): Promise<BestMetric[]> {
  const best = new Map<string, BestMetric>();
  const directionOf = new Map<string, Direction | undefined>();
  for await (const { step, values } of records) {
    for (const [metric, value] of Object.entries(values)) {
      if (Number.isNaN(value)) continue;
      if (!directionOf.has(metric)) {
        directionOf.set(metric, directions[`valid.${metric}`] ?? directionOfName(metric));
      }
      const direction = directionOf.get(metric);
      if (direction === undefined) continue;
      const before = best.get(metric)?.value;
      const better = before === undefined || (direction === 'min' ? value < before : value > before);
      if (better) best.set(metric, { metric, value, step });
    }
  }
  return [...best.values()];
}

function resumeCommand(
  { path, experiment, number }: RunFolder,
  status: ShownStatus,
  flags: ResolvedFlags,
  results: string,
  reached: Pick<RunRecord, 'step' | 'epoch'>,
): string | null {
  if (status === 'running') return null;
  const isInResults = path === join(results, experiment, String(number));
  const where = results === resolve('results') ? '' : ` --results-dir ${shellWord(results)}`;
  const command = `forge train --resume ${isInResults ? shellWord(`${experiment}/${number}`) + where : shellWord(path)}`;
  if (status !== 'completed') return command;
  return `${command} ${flagsToContinue(plainValues(flags) as unknown as Limits, reached)} --override`;
}

type Limits = Parameters<typeof flagsToContinue>[0];
