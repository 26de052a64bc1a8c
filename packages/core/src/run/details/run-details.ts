import type { CheckpointStore } from '../../checkpoint/store/checkpoint-store.js';
import type { ResolvedFlags } from '../../config/flags/resolve-flags.js';
import { checkOptions } from '../../errors/check-options.js';
import type { MeasuredMetrics } from '../../metrics/log/last-and-best.js';
import { listCheckpoints } from '../checkpoints/list-checkpoints.js';
import type { RunFolder } from '../folder/run-folder.js';
import { type Annotations, readAnnotations } from '../record/annotations.js';
import { bestOfRun } from '../record/best-of-run.js';
import { readRunFlags } from '../record/flags-file.js';
import { readRunRecord } from '../record/read-run-record.js';
import { runSeconds } from '../record/run-duration.js';
import type { RunRecord } from '../record/run-record.js';
import { type ShownStatus, shownStatus } from '../record/run-status.js';
import { type MarkedCheckpoint, markBest } from './mark-best.js';
import { resumeCommand } from './resume-command.js';

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

export interface RunDetailsOptions {
  /** Absolute path of the results folder, for commands that name the run. */
  readonly results: string;
  /** Where its checkpoints are. Default: the plain files in its folder. */
  readonly store?: CheckpointStore;
  /** Whether to count the bytes of each checkpoint. Default: false. */
  readonly sizes?: boolean;
}

/** Reads everything about a run from its folder. Runs none of its code. @throws ForgeError OPTION_UNKNOWN, RUN_INVALID, FILE_SYSTEM */
export async function runDetails(folder: RunFolder, options: RunDetailsOptions): Promise<RunDetails> {
  checkOptions(options, ['results', 'store', 'sizes'], { of: 'runDetails(folder, options)' });
  const { results, store, sizes = false } = options;
  const record = await readRunRecord(folder.path);
  const flags = await readRunFlags(folder.path);
  const status = shownStatus(record, folder.path);
  const listed = await listCheckpoints(folder.path, { sizes, ...(store === undefined ? {} : { store }) });
  return {
    run: folder.path,
    record: { ...record, status },
    seconds: runSeconds(record, status),
    annotations: annotationsOf(folder.path),
    flags,
    checkpoints: markBest(listed, record.directions),
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
