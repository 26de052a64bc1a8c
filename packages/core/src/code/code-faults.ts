import { lstat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { faultOf } from '../fs/fs-fault.js';
import { filesBelowFolder } from '../fs/list-folder.js';
import { type CodeFile, toPortable } from './code-manifest.js';

/** How a file of `code/` differs from `code.json`. */
export interface CodeFault {
  readonly kind: 'missing' | 'truncated' | 'altered' | 'foreign';
  /** Relative to `code/`. */
  readonly path: string;
  /** Fits after the path: `was changed after the run was made`. */
  readonly problem: string;
}

/**
 * Checks the files of a run's `code/` against its manifest, and finds additional files that could be executed.
 * @param deep whether to compare checksums; otherwise only sizes are compared
 * @throws ForgeError FILE_SYSTEM
 */
export async function codeFaults(folder: string, { files }: CodeFile, deep: boolean): Promise<CodeFault[]> {
  if ((await lstat(folder).catch(() => undefined))?.isSymbolicLink()) {
    return [{ kind: 'altered', path: '.', problem: 'is a link' }];
  }
  const faults: CodeFault[] = [];
  for (const { path, bytes, checksum } of files) {
    const fault = await faultOf(join(folder, path), { bytes, checksum }, deep);
    if (fault === undefined) continue;
    const changed = /^(has|does)/.test(fault.problem) ? 'was changed after the run was made' : fault.problem;
    faults.push({ kind: fault.kind, path, problem: changed });
  }
  const known = new Set(files.map(({ path }) => path));
  for (const path of await filesThatCouldRun(folder)) {
    if (!known.has(path)) faults.push({ kind: 'foreign', path, problem: 'was added after the run was made' });
  }
  return faults;
}

async function filesThatCouldRun(folder: string): Promise<string[]> {
  return [...(await filesBelowFolder(folder))]
    .map(([path, entry]) => [toPortable(path), entry] as const)
    .filter(([path, entry]) => entry.isSymbolicLink() || couldRun(path))
    .map(([path]) => path);
}

/** A package may be a file with any name: `require('a')` runs `node_modules/a`. */
function couldRun(path: string): boolean {
  return /^\.([cm]?[jt]sx?|json|node)$/.test(extname(path)) || /(^|\/)node_modules\//.test(path);
}
