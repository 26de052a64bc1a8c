import { existsSync, realpathSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { looksLikeRun, runBelow, runIn } from './looks-like-run.js';

/** Where what may be run is searched for, from a folder that a person is in. */
export interface ProjectRoot {
  /** Where the search for a project file and packages starts, upward; undefined where nothing is to be searched. */
  readonly start: string | undefined;
  /** The run by which the person's folder is one of stored runs; undefined where it is not. */
  readonly run: string | undefined;
  /** The folder of experiments that this run is in, where its folders are named as Forge names them. */
  readonly results: string | undefined;
}

/** Files that show that a folder above may be searched for something that would be run. */
const searched = ['package.json', 'node_modules', ...['ts', 'mts', 'js', 'mjs'].map((end) => `forge.config.${end}`)];

/**
 * Runs may come from anybody, with a project file and packages beside them: looking at them must run none of it. In a
 * run, an experiment or a folder of results, and in any folder below one, nothing is searched but the project that
 * this Forge is installed in, where that is a folder above: its code is running already.
 * @param installation the folder whose `node_modules` this package is in, where it is in one
 */
export function projectRoot(directory: string, installation = installationOf(import.meta.url)): ProjectRoot {
  const here = realOf(resolve(directory));
  const run = storedRunAround(here);
  if (run === undefined) return { start: here, run, results: undefined };
  const numbered = /^[1-9]\d*$/.test(basename(run));
  const start = installation !== undefined && isAtOrBelow(here, installation) ? installation : undefined;
  return { start, run, results: numbered ? dirname(dirname(run)) : undefined };
}

/** The outermost run that the folder is, is in, or is the experiment or folder of results of. */
function storedRunAround(here: string): string | undefined {
  let found: string | undefined;
  for (let folder = here; !isShared(folder); folder = dirname(folder)) {
    // A folder of results is told by what is two levels below: not asked where the answer could change nothing.
    const isAsked = folder === here || searched.some((name) => existsSync(join(folder, name)));
    const isRun = looksLikeRun(folder, basename(folder));
    found = (isRun ? folder : runIn(folder)) ?? (isAsked ? runBelow(folder) : undefined) ?? found;
  }
  return found;
}

/** Folders that hold much that has nothing to do with one another: a run in one says nothing of what is beside it. */
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
