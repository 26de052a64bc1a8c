import { ForgeError, fromRows, type Pipeline, type Row } from '@forge-ml/core';
import { badFileError, goodFiles, type OnBadFile } from './bad-files.js';
import { labelsOf } from './labels.js';
import { describeOthers, listFiles } from './list-files.js';
import { StableFiles } from './stable-files.js';

export interface FileDatasetRequest {
  /** A folder, or one file. */
  readonly path: string;
  /** What the files are: `PNG or JPEG files`. */
  readonly what: string;
  /** Extensions with their dots, in lower case. */
  readonly extensions: readonly string[];
  readonly labels: boolean;
  readonly onBadRow: OnBadFile;
  /** @throws Undecodable */
  decode(bytes: Buffer): Row;
  warn(message: string): void;
}

/**
 * A row for each file below a folder, or for one file, decoded when it is read: what `decode` returns, the `file` (its
 * path in the folder, with slashes) and its `label`, if it has one. The files are listed once.
 * @throws ForgeError DATA_INVALID if there are none; and when a row is read, if its file cannot be decoded or changed
 */
export async function fileDataset(request: FileDatasetRequest): Promise<Pipeline<Row>> {
  const { path, what, extensions, onBadRow, decode, warn } = request;
  const { folder, files: listed, others } = await listFiles(path, extensions);
  if (listed.length === 0) throw none(folder, what, others);
  if (others.size > 0) warn(`Ignored files of other types in ${folder}: ${describeOthers(others)}.`);
  const stable = new StableFiles(folder);
  const decodeFile = async (file: string) => decode(await stable.read(file));
  const files = await goodFiles(folder, listed, onBadRow, decodeFile, warn);
  const labels = request.labels ? labelsOf(folder, files) : undefined;
  const rows = files.map((file, index) => (labels === undefined ? { file } : { label: labels[index]!, file }));
  const load = async ({ file }: { readonly file: string }): Promise<Row> => {
    try {
      return await decodeFile(file);
    } catch (error) {
      throw badFileError(error, folder, file);
    }
  };
  return fromRows<Row & { readonly file: string }, Row>(rows, { load });
}

function none(folder: string, what: string, others: ReadonlyMap<string, number>): ForgeError {
  const holds = others.size === 0 ? 'it is empty' : `it holds ${describeOthers(others)}`;
  return new ForgeError('DATA_INVALID', `There are no ${what} in ${folder}: ${holds}.`, {
    about: folder,
    hint: 'Check the path, or convert the files.',
  });
}
