import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError, isForgeError, messageOf } from '../../errors/forge-error.js';
import { fsError, systemCode } from '../../fs/fs-error.js';
import { requireFree, writeOutput } from '../../fs/write-output.js';
import type { Exporter } from '../../plugins/contract/exporter.js';
import { pluginFault } from '../../plugins/host/check-provided.js';
import { findRun } from '../../run/catalog/find-run.js';
import type { Services } from '../services/services.js';
import { soundCheckpoint } from './latest-checkpoint.js';

export interface ExportOptions {
  /** The file or folder to write. */
  readonly out: string;
  /** `safetensors`, or a format that an installed plugin brings; left out, what `out` ends in. */
  readonly format?: string | undefined;
  /** Which checkpoint; left out, the newest sound one. */
  readonly step?: number | undefined;
  /** Whether to replace what is there. */
  readonly force?: boolean;
}

export interface Exported {
  /** The run's folder. */
  readonly run: string;
  readonly step: number;
  readonly format: string;
  /** What that format is, in a line. */
  readonly description: string;
  /** What was written, absolute. */
  readonly out: string;
}

/**
 * Writes a checkpoint in another form. None of the run's code is run, and nothing in the run is changed.
 * @param run the run's folder
 * @throws ForgeError USAGE, RUN_NOT_FOUND, CHECKPOINT_NOT_FOUND, CHECKPOINT_CORRUPT, ABILITY_MISSING, FILE_SYSTEM
 */
export async function exportCheckpoint(services: Services, run: string, options: ExportOptions): Promise<Exported> {
  checkOptions(options, ['out', 'format', 'step', 'force'], {
    of: 'Forge.exportCheckpoint(run, options)',
    synonyms: { path: 'out', output: 'out', to: 'out', overwrite: 'force', checkpoint: 'step' },
  });
  const { out, format, step, force = false } = options;
  const { directory } = services.environment;
  const { path } = await findRun(run, directory, directory);
  const target = resolve(directory, out);
  const wanted = format ?? extname(target).slice(1);
  const exporters = services.exporters;
  if (wanted === '') throw whichFormat(await exporters.names());
  const exporter = await (await exporters.find(wanted)).make();
  await mustBeOutside(path, target);
  await requireFree(target, force);
  const checkpoint = await soundCheckpoint(services, path, step);
  await writeOutput(target, (temporary) => runExporter(exporter, wanted, checkpoint.path, temporary));
  const { description } = exporter;
  return { run: path, step: checkpoint.info.step, format: wanted, description, out: target };
}

/** Runs a plugin's exporter, whose errors and omissions are told as its own. */
async function runExporter(exporter: Exporter, format: string, checkpointFolder: string, out: string): Promise<void> {
  const what = `the exporter ${format}`;
  try {
    await exporter.export({ checkpointFolder, out });
  } catch (error) {
    if (isForgeError(error) || systemCode(error) !== undefined) throw error;
    throw pluginFault(what, `failed: ${messageOf(error)}`, error);
  }
  if (!existsSync(out)) throw pluginFault(what, 'wrote nothing');
}

function whichFormat(formats: readonly string[]): ForgeError {
  const message = 'The name to export to has no ending that says a format.';
  return new ForgeError('USAGE', message, { about: 'format', hint: `Name one: --format ${formats.join('|')}.` });
}

/** Whoever only looks writes nothing into a run. */
async function mustBeOutside(run: string, target: string): Promise<void> {
  const parent = await realpath(dirname(target)).catch((error: unknown) => {
    throw fsError(error, dirname(target), 'write to');
  });
  const way = relative(await realpath(run), join(parent, 'out'));
  if (way.startsWith('..') || resolve(way) === way) return;
  throw new ForgeError('USAGE', `${target} lies in the run itself, which an export leaves as it is.`, {
    about: target,
    hint: 'Name a place outside of the run folder.',
  });
}
