import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { marksName, parsePurging, parseTrashEntry, trashName } from '../../run/folder/trash-names.js';

/** A folder that is a run may be a stranger's: no project file, plugin or package is looked for in or below one. */

/** Files that only runs and checkpoints have: one is enough. */
const own = ['run.json', 'code.json', 'checkpoint.json'];
/** Files that other folders may have too: two are needed, or one in a folder whose name is a number. */
const usual = ['flags.json', 'metrics.jsonl', 'media.jsonl', 'annotations.json', 'console.log', 'git.diff'];
/** Names that count only in a folder whose name is a number. */
const common = ['code', 'checkpoints', 'preprocessing', 'media', 'quarantine', '.resume-lock', '.take-up'];

/** Files of a checkpoint. */
const saved = ['checkpoint.json', 'parameters.safetensors', 'state.safetensors'];

const isNumber = (name: string) => /^[1-9]\d*$/.test(name);
/** A run of an experiment, or a removed one in the trash, which must be no less a stranger's. */
const isRunName = (name: string) =>
  isNumber(name) || parseTrashEntry(name) !== undefined || parsePurging(name) !== undefined;
/** At most this many numbered folders are checked. */
const limit = 1000;

/**
 * Whether a folder is a run. Any file of a run counts, because the author of a hostile run decides which are missing,
 * and what each one contains or links to.
 * @param name the folder's own name
 */
export function looksLikeRun(folder: string, name: string): boolean {
  // Some file systems are case-insensitive.
  const names = new Set(folderNames(folder).map((file) => file.toLowerCase()));
  if (own.some((file) => names.has(file))) return true;
  const events = [...names].some((file) => file.startsWith('events.out.tfevents.'));
  if (isRunName(name)) return events || [...usual, ...common].some((file) => names.has(file));
  const kept = names.has('checkpoints') && checkpointIn(join(folder, 'checkpoints'));
  return [events, kept, ...usual.map((file) => names.has(file))].filter(Boolean).length >= 2;
}

function checkpointIn(folder: string): boolean {
  const steps = folderNames(folder).filter(isNumber).slice(0, limit);
  return steps.some((step) => folderNames(join(folder, step)).some((file) => saved.includes(file.toLowerCase())));
}

/**
 * A run directly in this folder, or the mark of one that was removed; the folder is then an experiment, or has the
 * removed runs of one.
 */
export function runIn(folder: string): string | undefined {
  const names = folderNames(folder);
  const numbered = names.filter(isRunName);
  const found = numbered.slice(0, limit).find((name) => looksLikeRun(join(folder, name), name));
  // A project does not have thousands of numbered folders: one that has more than can be checked is not trusted.
  const run = found ?? (numbered.length > limit ? numbered[0] : undefined);
  if (run !== undefined) return join(folder, run);
  const mark = names.includes(marksName) ? folderNames(join(folder, marksName)).find(isNumber) : undefined;
  return mark === undefined ? undefined : join(folder, marksName, mark);
}

/** A run in an experiment directly in this folder, or in its trash; the folder is then a results folder. */
export function runBelow(folder: string): string | undefined {
  for (const name of folderNames(folder)) {
    if (name === 'node_modules') continue;
    const path = join(folder, name);
    const run = runIn(path) ?? (name === trashName ? runInExperiments(path) : undefined);
    if (run !== undefined) return run;
  }
  return undefined;
}

function runInExperiments(trash: string): string | undefined {
  for (const name of folderNames(trash)) {
    const run = runIn(join(trash, name));
    if (run !== undefined) return run;
  }
  return undefined;
}

/** The results folder of what `runIn` found; undefined for a run in a folder with another name. */
export function resultsOf(run: string): string | undefined {
  const experiment = dirname(run);
  if (basename(experiment) === marksName) return dirname(dirname(experiment));
  if (isNumber(basename(run))) return dirname(experiment);
  const trash = dirname(experiment);
  return isRunName(basename(run)) && basename(trash) === trashName ? dirname(trash) : undefined;
}

function folderNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return [];
    // The folder can be entered but not listed.
    return [...own, ...usual, ...common].filter((name) => exists(join(folder, name)));
  }
}

/** True for a dangling link, too. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
