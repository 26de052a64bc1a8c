import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fsError } from '@forge-ml/core/node';
import type { JobBatch } from '@forge-ml/core/plugin';
import { type ArrayPart, arrayParts, batchScript, type ScriptSettings } from './batch-script.js';
import { explainRefusal } from './explain-refusal.js';
import { required, slurm } from './slurm-command.js';

/** A part of a batch, submitted. */
export interface SubmittedPart extends ArrayPart {
  /** Its job number. */
  readonly number: string;
}

/**
 * Submits a batch: all of it, or nothing. Where it needs several arrays, none starts before all are submitted.
 * @throws ForgeError FLAG_INVALID, USAGE, CLUSTER_UNAVAILABLE
 */
export async function submitBatch(batch: JobBatch, settings: ScriptSettings): Promise<SubmittedPart[]> {
  const parts = arrayParts(batch, await largestArray(batch.count));
  const submitted: SubmittedPart[] = [];
  try {
    for (const part of parts) {
      const path = await writeScript(batch, part, settings);
      const before = submitted.at(-1)?.number;
      const words = [
        ...(parts.length > 1 ? ['--hold'] : []),
        // The throttle is of one array.
        ...(before !== undefined && settings.throttle !== null ? [`--dependency=afterany:${before}`] : []),
      ];
      submitted.push({ ...part, number: await sbatch([...words, path], settings.options, batch.directory) });
    }
    if (parts.length > 1) await release(submitted, settings.options);
    return submitted;
  } catch (error) {
    if (submitted.length > 0)
      await slurm(
        'scancel',
        submitted.map(({ number }) => number),
      ).catch(() => {});
    throw error;
  }
}

/** Lets the arrays of a batch start, unless its options hold them. */
export async function release(parts: readonly SubmittedPart[], options: readonly string[]): Promise<void> {
  if (options.includes('--hold') || options.includes('-H')) return;
  await required('scontrol', ['release', ...parts.map(({ number }) => number)]);
}

/**
 * Runs sbatch.
 * @param options those in the script, for messages
 * @returns the job's number
 */
export async function sbatch(words: readonly string[], options: readonly string[], directory: string): Promise<string> {
  const { ok, output, complaint } = await slurm('sbatch', ['--parsable', ...words], directory, options);
  // `5;cluster`
  const number = /^\d+/.exec(output.trim())?.[0];
  if (!ok || number === undefined) throw await explainRefusal(complaint, options);
  return number;
}

/** How many jobs an array can have, where that matters for `count` jobs. */
export async function largestArray(count: number): Promise<number> {
  if (count === 1) return 1;
  const output = await required('scontrol', ['show', 'config']);
  return Math.max(1, Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(output)?.[1] ?? 1001));
}

async function writeScript(batch: JobBatch, part: ArrayPart, settings: ScriptSettings): Promise<string> {
  const path = join(batch.folder, `${part.name}.sh`);
  const text = batchScript(batch, part, path, settings);
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, text, { flag: 'wx' });
    await chmod(unfinished, 0o700);
    await rename(unfinished, path);
  } catch (error) {
    throw fsError(error, path, 'write');
  }
  return path;
}
