import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '../fs/atomic-file.js';
import { fsyncDirectory } from '../fs/durable-folder.js';
import { fsError } from '../fs/fs-error.js';
import { namesInFolder } from '../fs/list-folder.js';
import { makeSafeFolder, removeInside, renameInside } from '../fs/safe-files.js';
import { writeJson } from '../json/write-json.js';
import type { CodeCapture } from './capture-code.js';
import { type CodeHistory, type CodePlace, codePlace, correctionNamed, correctionsOf } from './code-place.js';

/** Writes the code of a new run into its folder: the files, then their manifest. */
export async function writeCode(run: string, capture: CodeCapture): Promise<void> {
  const place = codePlace(null);
  await writeFiles(run, join(run, place.folder), capture);
  await writeManifest(run, place, capture);
}

/** Corrected code that is in the run's folder under a temporary name. */
export interface StagedCode {
  /**
   * Gives the code the next free number. It belongs to the run once `run.json` lists it.
   * @param history of `run.json`
   */
  commit(history: CodeHistory): Promise<number>;
  /**
   * Removes the temporary files, and committed code that `run.json` does not list.
   * @param history of `run.json`; undefined if it cannot be read: then committed code stays
   */
  discard(history: CodeHistory | undefined): Promise<void>;
}

/** Writes corrected code into the run's folder, so that committing it is only a rename. @throws ForgeError FILE_SYSTEM */
export async function stageCode(run: string, capture: CodeCapture): Promise<StagedCode> {
  const staged = join(run, `.code.writing-${process.pid}-${randomBytes(4).toString('hex')}`);
  let committed: number | undefined;
  const remove = (path: string) => removeInside(path, run).catch(() => undefined);
  try {
    await makeSafeFolder(staged, run);
    await writeFiles(run, staged, capture);
  } catch (error) {
    await remove(staged);
    throw fsError(error, staged, 'write the code to');
  }
  return {
    async commit(history) {
      // A process that died here left code that `run.json` does not list: `forge runs verify` moves it to quarantine.
      const used = [...correctionsOf(history), ...(await namesInFolder(run)).map((name) => correctionNamed(name) ?? 0)];
      const number = used.reduce((highest, other) => Math.max(highest, other), 0) + 1;
      const place = codePlace(number);
      committed = number;
      try {
        await renameInside(staged, join(run, place.folder), run);
        await fsyncDirectory(run);
      } catch (error) {
        throw fsError(error, join(run, place.folder), 'write');
      }
      await writeManifest(run, place, capture);
      return number;
    },
    async discard(history) {
      await remove(staged);
      if (committed === undefined || history === undefined || correctionsOf(history).includes(committed)) return;
      const place = codePlace(committed);
      for (const name of [place.manifest, place.folder]) await remove(join(run, name));
    },
  };
}

async function writeFiles(run: string, folder: string, { manifest: { root }, contents }: CodeCapture): Promise<void> {
  for (const [path, content] of contents) {
    const target = join(folder, path);
    try {
      await makeSafeFolder(dirname(target), run);
    } catch (error) {
      throw fsError(error, dirname(target), 'create');
    }
    await writeFileAtomic(target, content, { root: run, mode: await modeOf(join(root, path)) });
  }
}

/** A copy gets at most the permissions of its source; the default if the source was deleted. */
async function modeOf(source: string): Promise<number> {
  const found = await stat(source).catch(() => undefined);
  return found === undefined ? 0o666 : found.mode & 0o666;
}

function writeManifest(run: string, { manifest: name }: CodePlace, { manifest }: CodeCapture): Promise<void> {
  return writeJson(join(run, name), manifest);
}
