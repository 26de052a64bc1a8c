import { existsSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { looksLikeRun, resultsOf, runBelow, runIn } from './looks-like-run.js';

/** Where to search for executable files (project file, packages), from a working directory. */
export interface ProjectRoot {
  /** Where the upward search for a project file and packages starts; undefined if nothing may be searched. */
  readonly start: string | undefined;
  /** The run that makes the working directory a folder of stored runs; undefined if it is not one. */
  readonly run: string | undefined;
  /** The results folder that this run is in, if the run's name is a number as Forge names them. */
  readonly results: string | undefined;
}

/** Files in a parent folder that a search could find and run. */
const searched = ['package.json', 'node_modules', ...['ts', 'mts', 'js', 'mjs'].map((end) => `forge.config.${end}`)];

/**
 * Runs may be untrusted, and come with a project file and packages: inspecting them must not run any of it. In a run,
 * an experiment or a results folder, and below, only the project that this Forge is installed in is searched, if it is
 * a parent folder, because its code is already running.
 * @param installation the folder whose `node_modules` this package is in, if any
 */
export function projectRoot(directory: string, installation = installationOf(import.meta.url)): ProjectRoot {
  const here = realOf(resolve(directory));
  const run = storedRunAround(here);
  if (run === undefined) return { start: here, run, results: undefined };
  const start = installation !== undefined && isAtOrBelow(here, installation) ? installation : undefined;
  return { start, run, results: resultsOf(run) };
}

/** The outermost run that the folder is, is inside, or contains as its experiment, results folder or trash. */
function storedRunAround(here: string): string | undefined {
  let found: string | undefined;
  for (let folder = here; !isShared(folder); folder = dirname(folder)) {
    // A results folder is detected two levels deep: skipped if a search would find nothing here anyway.
    const isSearched = folder === here || searched.some((name) => existsSync(join(folder, name)));
    const isRun = looksLikeRun(folder, basename(folder));
    found = (isRun ? folder : runIn(folder)) ?? (isSearched ? runBelow(folder) : undefined) ?? found;
  }
  return found;
}

/** Folders with unrelated content: a run in one says nothing about its siblings. */
function isShared(folder: string): boolean {
  return dirname(folder) === folder || folder === realOf(homedir()) || folder === realOf(tmpdir());
}

function installationOf(url: string): string | undefined {
  const path = fileURLToPath(url);
  const at = path.indexOf(`${sep}node_modules${sep}`);
  return at > 0 ? path.slice(0, at) : undefined;
}

function isAtOrBelow(folder: string, above: string): boolean {
  return folder === above || folder.startsWith(above.endsWith(sep) ? above : above + sep);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
