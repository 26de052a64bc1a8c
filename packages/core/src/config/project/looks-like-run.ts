import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What only a run and its checkpoints have; one of them tells. */
const own = ['run.json', 'code.json', 'checkpoint.json'];
/** What other folders may have as well; two of them tell, or one in a folder whose name is a number. */
const usual = ['flags.json', 'metrics.jsonl', 'media.jsonl', 'annotations.json', 'console.log', 'git.diff'];
/** What tells only in a folder whose name is a number. */
const common = ['code', 'checkpoints', 'preprocessing', 'media', 'quarantine', '.resume-lock', '.take-up'];

/** Files of a checkpoint. */
const saved = ['checkpoint.json', 'parameters.safetensors', 'state.safetensors'];

const isNumber = (name: string) => /^[1-9]\d*$/.test(name);
/** More numbered folders than this are not looked into one by one. */
const limit = 1000;

/**
 * Whether a folder is a run, told by any file of one: the sender of a hostile run decides which are missing, and what
 * each one holds or links to.
 * @param name the folder's own name
 */
export function looksLikeRun(folder: string, name: string): boolean {
  // Some file systems do not tell upper case from lower.
  const names = new Set(folderNames(folder).map((file) => file.toLowerCase()));
  if (own.some((file) => names.has(file))) return true;
  const events = [...names].some((file) => file.startsWith('events.out.tfevents.'));
  if (isNumber(name)) return events || [...usual, ...common].some((file) => names.has(file));
  const kept = names.has('checkpoints') && checkpointIn(join(folder, 'checkpoints'));
  return [events, kept, ...usual.map((file) => names.has(file))].filter(Boolean).length >= 2;
}

function checkpointIn(folder: string): boolean {
  const steps = folderNames(folder).filter(isNumber).slice(0, limit);
  return steps.some((step) => folderNames(join(folder, step)).some((file) => saved.includes(file.toLowerCase())));
}

/** A run that is directly in this folder, which makes it the folder of an experiment. */
export function runIn(folder: string): string | undefined {
  const numbered = folderNames(folder).filter(isNumber);
  const found = numbered.slice(0, limit).find((name) => looksLikeRun(join(folder, name), name));
  // A project has no thousands of numbered folders: what cannot be looked through is not trusted.
  const run = found ?? (numbered.length > limit ? numbered[0] : undefined);
  return run === undefined ? undefined : join(folder, run);
}

/** A run in an experiment that is directly in this folder, which makes it a folder of results. */
export function runBelow(folder: string): string | undefined {
  for (const name of folderNames(folder)) {
    const run = name === 'node_modules' ? undefined : runIn(join(folder, name));
    if (run !== undefined) return run;
  }
  return undefined;
}

function folderNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') return [];
    // A folder that may be entered though not listed.
    return [...own, ...usual, ...common].filter((name) => isThere(join(folder, name)));
  }
}

/** A link that leads nowhere is there too. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
