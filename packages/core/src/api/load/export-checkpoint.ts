import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { type CheckpointAddress, checkpointAddressOf } from '../../checkpoint/checkpoint-address.js';
import { checkWeights, type Weights } from '../../checkpoint/weights.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { fsError, systemCode } from '../../fs/fs-error.js';
import { writeOutput } from '../../fs/write-output.js';
import type { Exporter, ExportRequest } from '../../plugins/contract/exporter.js';
import { pluginFault } from '../../plugins/host/check-provided.js';
import { findRun } from '../../run/catalog/find-run.js';
import { requireOutput } from '../../run/folder/require-output.js';
import { copyPreprocessing, readPreprocessing } from '../../run/record/preprocessing-files.js';
import { readRunRecord } from '../../run/record/read-run-record.js';
import { stepFinder } from '../prepare/step-finder.js';
import type { Services } from '../services/services.js';
import { findCheckpoint } from './find-checkpoint.js';
import { folderOfWeights } from './folder-of-weights.js';
import { theOnly } from './predict-rows.js';

export interface ExportOptions {
  /** The file or folder to write. */
  readonly out: string;
  /** `safetensors`, or a format that an installed plugin provides. Default: the ending of `out`. */
  readonly format?: string | undefined;
  /** Which checkpoint: a step, `latest`, `best` or `best:valid.rmse`. Default: `latest`. */
  readonly checkpoint?: CheckpointAddress | undefined;
  /** Synonym of `checkpoint` for a step. */
  readonly step?: number | undefined;
  /** The parameters, or their moving average of a run with `--ema`. Default: `parameters`. */
  readonly weights?: Weights | undefined;
  /** Whether adapters are merged into the weights that they adapt, where the format allows it. Default: true. */
  readonly merge?: boolean;
  /** The version of the format's operators, for formats that have several. Default: that of the exporter. */
  readonly opset?: number | undefined;
  /** Whether to overwrite existing output. Default: false. */
  readonly force?: boolean;
}

export interface Exported {
  /** The run's folder. */
  readonly run: string;
  readonly step: number;
  readonly format: string;
  /** One line about the format. */
  readonly description: string;
  /** What was written, absolute. */
  readonly out: string;
  /** How it differs from what was trained, in sentences; none where it does not. */
  readonly notes: readonly string[];
}

/**
 * Writes a checkpoint in another format. Runs none of the run's code and changes nothing in the run.
 * @param run the run's folder
 * @throws ForgeError USAGE, RUN_NOT_FOUND, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT, ABILITY_MISSING, FILE_SYSTEM
 */
export async function exportCheckpoint(services: Services, run: string, options: ExportOptions): Promise<Exported> {
  checkOptions(options, ['out', 'format', 'checkpoint', 'step', 'weights', 'merge', 'opset', 'force'], {
    of: 'Forge.exportCheckpoint(run, options)',
    synonyms: { path: 'out', output: 'out', to: 'out', overwrite: 'force' },
  });
  const { out, format, merge = true, opset, force = false } = options;
  const address = checkpointAddressOf(options);
  const weights = checkWeights(options.weights);
  const { directory } = services.environment;
  const { path } = await findRun(run, directory, directory);
  const target = resolve(directory, out);
  const name = format ?? extname(target).slice(1);
  const exporters = services.exporters;
  if (name === '') throw whichFormat(await exporters.names());
  const exporter = await (await exporters.find(name)).make();
  if (opset !== undefined && !exporter.options?.some((option) => option === 'opset')) throw noOpset(name);
  await mustBeOutside(path, target);
  await requireOutput(target, force);
  const checkpoint = await findCheckpoint(services, path, address);
  const folder = await folderOfWeights(checkpoint, weights, path);
  const notes: string[] = [];
  const onNote = (note: string) => {
    notes.push(note);
  };
  try {
    await writeOutput(target, async (temporary) => {
      const preparation = async () =>
        theOnly(await readPreprocessing(path, await readRunRecord(path), stepFinder(services)));
      const request = { checkpointFolder: folder.path, runFolder: path, merge, out: temporary, preparation, onNote };
      await runExporter(exporter, name, opset === undefined ? request : { ...request, opset });
      if (exporter.predicts) await copyPreprocessing(path, await readRunRecord(path), temporary);
    });
  } finally {
    await folder.release();
  }
  const { description } = exporter;
  return { run: path, step: checkpoint.info.step, format: name, description, out: target, notes };
}

/** Runs a plugin's exporter; its errors, and a missing output, are reported as the plugin's. */
async function runExporter(exporter: Exporter, format: string, request: ExportRequest): Promise<void> {
  const what = `the exporter ${format}`;
  try {
    await exporter.export(request);
  } catch (error) {
    if (isForgeError(error) || systemCode(error) !== undefined) throw error;
    throw pluginFault(what, `failed: ${messageOf(error)}`, error);
  }
  if (!existsSync(request.out)) throw pluginFault(what, 'wrote nothing');
}

function noOpset(format: string): ForgeError {
  return new ForgeError('USAGE', `The format ${format} has no opset to choose.`, {
    about: 'opset',
    hint: 'Omit it, or choose a format whose operators have versions.',
  });
}

function whichFormat(formats: readonly string[]): ForgeError {
  const message = 'The output name has no extension that names a format.';
  return new ForgeError('USAGE', message, { about: 'format', hint: `Name one: --format ${formats.join('|')}.` });
}

/** Read-only access never modifies a run. */
async function mustBeOutside(run: string, target: string): Promise<void> {
  const parent = await realpath(dirname(target)).catch((error: unknown) => {
    throw fsError(error, dirname(target), 'write to');
  });
  const way = relative(await realpath(run), join(parent, 'out'));
  if (way.startsWith('..') || resolve(way) === way) return;
  throw new ForgeError('USAGE', `${target} is inside the run folder, which an export must not change.`, {
    about: target,
    hint: 'Name a path outside of the run folder.',
  });
}
