import { join, resolve } from 'node:path';
import {
  type CheckpointStore,
  type ResolvedFlags,
  type RunFolder,
  type RunRecord,
  readRunFlags,
  readRunRecord,
  type ShownStatus,
  shownStatus,
} from '@forge-ml/core';
import { flagsToContinue, plainValues, runSeconds } from '@forge-ml/core/cli';
import {
  type Annotations,
  type ListedCheckpoint,
  listCheckpoints,
  rankByMetric,
  readAnnotations,
} from '@forge-ml/core/manage';
import { bestOfRun, directionsOfRun, type MeasuredMetrics } from '@forge-ml/core/runs';
import { shellWord } from '@forge-ml/core/text';

/** A checkpoint, and the metrics that no other one is better at, as addresses: `valid.loss`. */
export interface MarkedCheckpoint extends ListedCheckpoint {
  readonly bestBy: readonly string[];
}

export interface RunDetails {
  readonly run: string;
  readonly record: Omit<RunRecord, 'status'> & { readonly status: ShownStatus };
  /** Seconds of training, without the pauses before resumes; null if its end is unknown. */
  readonly seconds: number | null;
  /** Tags, note and display name; null if the file is invalid. */
  readonly annotations: Annotations | null;
  readonly flags: ResolvedFlags;
  readonly checkpoints: readonly MarkedCheckpoint[];
  /** The best value of each metric whose direction is known, and its step. */
  readonly best: MeasuredMetrics;
  /** The command that resumes it; the call, if it stores no code and needs its script. Null while it runs. */
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
    checkpoints: markBest(await listCheckpoints(folder.path, { store }), record.directions),
    best: await bestOfRun(folder.path, record),
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

/** Which metrics each checkpoint is best at, of the metrics whose direction is known: see `rankByMetric`. */
function markBest(checkpoints: readonly ListedCheckpoint[], directions: RunRecord['directions']): MarkedCheckpoint[] {
  const directionOf = directionsOfRun(directions);
  const best = new Map<string, number | undefined>();
  for (const { metrics } of checkpoints) {
    for (const [split, stats] of Object.entries(metrics)) {
      for (const name of Object.keys(stats)) {
        const direction = directionOf(split, name);
        const address = `${split}.${name}`;
        if (direction === undefined || best.has(address)) continue;
        best.set(address, rankByMetric(checkpoints, { split, name }, direction)[0]);
      }
    }
  }
  return checkpoints.map((checkpoint) => ({
    ...checkpoint,
    bestBy: [...best].flatMap(([address, step]) => (step === checkpoint.step ? [address] : [])),
  }));
}

function resumeCommand(
  { path, experiment, number }: RunFolder,
  status: ShownStatus,
  flags: ResolvedFlags,
  results: string,
  reached: Pick<RunRecord, 'step' | 'epoch' | 'code'>,
): string | null {
  if (status === 'running') return null;
  const isInResults = path === join(results, experiment, String(number));
  const where = results === resolve('results') ? '' : ` --results-dir ${shellWord(results)}`;
  const command = `forge train --resume ${isInResults ? shellWord(`${experiment}/${number}`) + where : shellWord(path)}`;
  const further = status === 'completed' ? flagsToContinue(plainValues(flags) as unknown as Limits, reached) : null;
  if (reached.code === 'in-memory') {
    const name = isInResults && where === '' ? `${experiment}/${number}` : path;
    const set = [
      `resume: ${JSON.stringify(name)}`,
      ...(further === null ? [] : [asProperty(further), 'override: true']),
    ];
    return `Forge.train({ data, model, set: { ${set.join(', ')} } })`;
  }
  return further === null ? command : `${command} ${further} --override`;
}

/** `steps: 120` for `--steps 120`. */
function asProperty(flag: string): string {
  return flag.replace(/^--/, '').replace(' ', ': ');
}

type Limits = Parameters<typeof flagsToContinue>[0];
