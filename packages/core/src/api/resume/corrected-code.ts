import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ResolvedFlags } from '../../config/flags/resolve-flags.js';
import type { ConfigModule } from '../../config/loader/config-module.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { toKebab } from '../../text/flag-names.js';
import { runFlags } from '../../train/run-flags.js';

export interface CorrectedPaths {
  readonly record: RunRecord;
  readonly stored: ResolvedFlags;
  /** The configs named now, if any. */
  readonly asked: { readonly dataConfig: string | null; readonly modelConfig: string | null };
  /** Where Forge is used from. */
  readonly directory: string;
}

/**
 * Where the project has the configs of a run now: as named, else where they were when the run was made, else at the
 * same relative path from here.
 * @throws ForgeError USAGE for a run whose configs were no files
 */
export function correctedPaths({ record, stored, asked, directory }: CorrectedPaths): { data: string; model: string } {
  const pathOf = (name: 'dataConfig' | 'modelConfig'): string => {
    const given = asked[name];
    if (given !== null) return resolve(directory, given);
    const before = stored[name]?.value;
    if (typeof before !== 'string') {
      throw new ForgeError('USAGE', `The run names no --${toKebab(name)}, so its corrected code cannot be found.`, {
        about: name,
        hint: `Add --${toKebab(name)} FILE.`,
      });
    }
    const original = resolve(record.directory, before);
    return existsSync(original) ? original : resolve(directory, before);
  };
  return { data: pathOf('dataConfig'), model: pathOf('modelConfig') };
}

/** How the flags that the configs declare changed, one sentence each. */
export function changedDeclarations(
  { data, model }: { readonly data: ConfigModule; readonly model: ConfigModule },
  stored: ResolvedFlags,
  flags: ResolvedFlags,
  known: Iterable<string>,
): string[] {
  const lines: string[] = [];
  const declared = [...new Set([...Object.keys(data.flags), ...Object.keys(model.flags)])];
  const added = declared.filter((name) => !(name in stored));
  if (added.length > 0) {
    const values = added.map((name) => `--${toKebab(name)} ${JSON.stringify(flags[name]?.value)}`);
    lines.push(`The corrected code declares new flags: ${values.join(', ')}.`);
  }
  const names = new Set([...known, ...Object.keys(runFlags)]);
  const removed = Object.keys(stored).filter((name) => !names.has(name));
  if (removed.length > 0) {
    const listed = removed.map((name) => `--${toKebab(name)}`).join(', ');
    lines.push(`The corrected code does not declare ${listed}; flags.json keeps the values.`);
  }
  return lines;
}
