import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fsyncDirectory } from '../fs/durable-folder.js';
import { fsError } from '../fs/fs-error.js';
import { copyToNewFile, createFile, makeSafeFolder, openForChange, renameInside } from '../fs/safe-files.js';
import { writeJson } from '../json/write-json.js';
import { isMetricLine } from '../metrics/log/metric-line.js';
import { wholeLines } from '../metrics/log/whole-lines.js';
import { isMediaLine } from '../metrics/media/media-line.js';
import { validRecords } from '../metrics/tensorboard/valid-records.js';
import type { Problem, Repair } from './problem.js';

/** The folder of a run that a repair moves files to; readers ignore it. */
export const quarantineName = 'quarantine';

/** A file or folder that was moved; both paths are relative to the run's folder. */
export interface Moved {
  readonly from: string;
  readonly to: string;
}

/**
 * Moves files with problems into a new folder in the run's `quarantine/`, under their original path, with a
 * `problems.json` that names the causes. Nothing is deleted. The valid lines of a log stay in place.
 * @returns the files moved
 * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE; files already moved stay moved
 */
export async function quarantine(run: string, problems: readonly Problem[]): Promise<readonly Moved[]> {
  const repairs = distinct(problems.flatMap(({ repair }) => (repair === null ? [] : [repair])));
  if (repairs.length === 0) return [];
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const place = `${quarantineName}/${time}-${randomBytes(2).toString('hex')}`;
  const moved: Moved[] = [];
  try {
    await makeSafeFolder(join(run, place), run);
    await writeJson(
      join(run, place, 'problems.json'),
      { problems: problems.filter(({ repair }) => repair !== null) },
      run,
    );
    for (const repair of repairs) {
      const to = `${place}/${repair.path}`;
      await makeSafeFolder(dirname(join(run, to)), run);
      await moveToQuarantine(run, join(run, repair.path), join(run, to), repair.kind);
      moved.push({ from: repair.path, to });
    }
  } catch (error) {
    throw fsError(error, join(run, place), 'quarantine files in');
  }
  return moved;
}

/** One repair per path, and none for files in a folder that is moved as a whole. */
function distinct(repairs: readonly Repair[]): Repair[] {
  const byPath = new Map(repairs.map((repair) => [repair.path, repair]));
  const inside = ({ path }: Repair) => [...byPath.keys()].some((other) => path.startsWith(`${other}/`));
  return [...byPath.values()].filter((repair) => !inside(repair));
}

async function moveToQuarantine(run: string, from: string, to: string, kind: Repair['kind']): Promise<void> {
  if (kind === 'move') await renameInside(from, to, run);
  else {
    // Copied as a whole before it is replaced by its valid part: no line is lost at any moment.
    await copyToNewFile(from, to, run);
    await keepValidPart(run, from, kind);
  }
  await fsyncDirectory(dirname(to));
  await fsyncDirectory(dirname(from));
}

async function keepValidPart(run: string, path: string, kind: 'keep lines' | 'keep bytes'): Promise<void> {
  const random = randomBytes(4).toString('hex');
  const temporary = join(dirname(path), `.${basename(path)}.writing-${process.pid}-${random}`);
  if (kind === 'keep bytes') {
    await copyToNewFile(path, temporary, run);
    const descriptor = openForChange(temporary, 'r+', run);
    try {
      ftruncateSync(descriptor, (await validRecords(path)).bytes);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } else {
    const handle = await createFile(temporary, run);
    try {
      for await (const { lines } of wholeLines(path)) {
        await handle.appendFile(
          lines
            .filter(basename(path) === 'media.jsonl' ? isMediaLine : isMetricLine)
            .map((line) => `${line}\n`)
            .join(''),
        );
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  await renameInside(temporary, path, run);
}
