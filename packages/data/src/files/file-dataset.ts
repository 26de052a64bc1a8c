import { elements, ForgeError, fromArrays, type Pipeline } from '@forge-ml/core';
import { badFileError, goodFiles, type OnBadFile } from './bad-files.js';
import { labelsOf } from './labels.js';
import { describeOthers, listFiles } from './list-files.js';
import { StableFiles } from './stable-files.js';

export interface FileRow {
  /** The file's path in the folder, with slashes. */
  readonly file: string;
  /** The folder that it is in; missing if it is in none, or with `labels: false`. */
  readonly label?: string;
}

export interface FileDatasetRequest<T> {
  readonly folder: string;
  /** What the files are: `PNG or JPEG files`. */
  readonly what: string;
  /** Extensions with their dots, in lower case. */
  readonly extensions: readonly string[];
  readonly labels: boolean;
  readonly onBadRow: OnBadFile;
  /** @throws Undecodable */
  decode(bytes: Buffer): T;
  warn(message: string): void;
}

/**
 * A row for each file below a folder, decoded when it is read. The files are listed once.
 * @throws ForgeError DATA_INVALID if there are none; and when a row is read, if its file cannot be decoded or changed
 */
export async function fileDataset<T extends object>(request: FileDatasetRequest<T>): Promise<Pipeline<T & FileRow>> {
  const { folder, what, extensions, onBadRow, decode, warn } = request;
  const { files: listed, others } = await listFiles(folder, extensions);
  if (listed.length === 0) throw none(folder, what, others);
  if (others.size > 0) warn(`Ignored files of other types in ${folder}: ${describeOthers(others)}.`);
  const stable = new StableFiles(folder);
  const decodeFile = async (file: string) => decode(await stable.read(file));
  const files = await goodFiles(folder, listed, onBadRow, decodeFile, warn);
  const labels = request.labels ? labelsOf(folder, files) : undefined;
  return fromArrays({ row: Uint32Array.from(files.keys()) }).map(async ({ row }) => {
    const index = elements(row)[0] as number;
    const file = files[index]!;
    try {
      const decoded = await decodeFile(file);
      return { ...decoded, ...(labels === undefined ? {} : { label: labels[index]! }), file };
    } catch (error) {
      throw badFileError(error, folder, file);
    }
  });
}

function none(folder: string, what: string, others: ReadonlyMap<string, number>): ForgeError {
  const holds = others.size === 0 ? 'it is empty' : `it holds ${describeOthers(others)}`;
  return new ForgeError('DATA_INVALID', `There are no ${what} in ${folder}: ${holds}.`, {
    about: folder,
    hint: 'Check the path, or convert the files.',
  });
}
